/**
 * A picture with a note, from the cell's panel. It needs the network: it is far too large to wait with the marks.
 * Without one the words stay in the form, and can be kept as a note by themselves.
 */
export async function send(form, place) {
  const problem = form.querySelector('[data-problem]');
  const button = form.querySelector('[type="submit"]');
  problem.textContent = '';
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), credentials: 'same-origin', headers: { 'X-Requested-With': 'fetch' } });
    if (!answer.ok && answer.status !== 422) throw answer;
    if (answer.redirected) throw answer;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    place.replaceChildren(...page.body.childNodes);
    place.querySelector('h2')?.remove();
    return answer.ok;
  } catch {
    form.querySelector('[type="file"]').value = '';
    problem.textContent = form.dataset.unsent;
    button.disabled = false;
    return false;
  }
}
