/**
 * While a merge or split of many marks is under way, the page says how far it is. It waits for the answer to its form as
 * any page does; this asks beside it, and without it only the line is missing.
 */
const PAUSE = 250;

for (const form of document.querySelectorAll('form[data-progress]')) {
  const line = form.querySelector('[data-progress-line]');
  const ask = async () => {
    const response = await fetch(form.dataset.progress, { credentials: 'same-origin', headers: { Accept: 'application/json' } }).catch(() => null);
    const { text, percent } = response?.ok ? await response.json().catch(() => ({})) : {};
    if (line.hidden) return;
    if (text) {
      line.querySelector('p').textContent = text;
      line.querySelector('.done').setAttribute('width', percent);
      line.setAttribute('aria-valuenow', percent);
      line.setAttribute('aria-valuetext', text);
    }
    setTimeout(ask, PAUSE);
  };
  form.addEventListener('submit', (event) => {
    if (event.submitter?.name !== 'do') return;
    if (!line.hidden) return event.preventDefault();
    line.hidden = false;
    setTimeout(ask, PAUSE);
  });
  // Back on this page with the Back button: nothing is under way any more.
  addEventListener('pageshow', ({ persisted }) => { if (persisted) line.hidden = true; });
}
