/**
 * A page that others change too: asked for again every few seconds, and put in place where something happened.
 *
 * What it shows has a mark (`<meta name="fresh">`). Nothing moves while the mark is the same, or while somebody is at it.
 */
const EVERY = 4000;
const mark = (page) => page.querySelector('meta[name="fresh"]');

async function look() {
  const main = document.querySelector('main');
  const at = document.activeElement;
  const busy = document.hidden || (at !== main && main.contains(at)) || [...main.querySelectorAll('input:not([type="hidden"])')].some(({ value }) => value);
  if (!busy) {
    try {
      const answer = await fetch(location.href, { credentials: 'same-origin', cache: 'no-store', redirect: 'error', headers: { 'X-Muster-Waits': '1' }, signal: AbortSignal.timeout(8000) });
      const page = answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
      if (page && mark(page) && mark(page).content !== mark(document).content) {
        mark(document).content = mark(page).content;
        main.replaceWith(page.querySelector('main'));
      }
    } catch {
      // No network: the page stays as it was, and every form on it says so when it is sent.
    }
  }
  setTimeout(look, EVERY);
}
setTimeout(look, EVERY);
