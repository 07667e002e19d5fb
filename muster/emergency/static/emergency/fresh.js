/**
 * A page that others change too: asked for again every few seconds, and put in place where something happened.
 *
 * What it shows has a mark (`<meta name="fresh">`). Nothing moves while the mark is the same. While somebody is at it, a
 * button offers what changed, and nothing moves before it is pressed.
 */
import { say } from '../pages/js/outbox-words.js';

const EVERY = 4000;
const mark = (page) => page.querySelector('meta[name="fresh"]');
const main = () => document.querySelector('main');
const news = Object.assign(document.createElement('button'), { type: 'button', className: 'button fresh-news', textContent: say('rc-changed') });

function busy() {
  const at = document.activeElement;
  return (at !== main() && main().contains(at)) || [...main().querySelectorAll('input:not([type="hidden"])')].some(({ value }) => value);
}

function show(page) {
  mark(document).content = mark(page).content;
  main().replaceWith(page.querySelector('main'));
}

function offer(page) {
  news.onclick = () => { show(page); main().focus(); };
  if (!news.isConnected) main().append(news);
}

async function look() {
  try {
    const answer = document.hidden ? null : await fetch(location.href, { credentials: 'same-origin', cache: 'no-store', redirect: 'error', headers: { 'X-Muster-Waits': '1' }, signal: AbortSignal.timeout(8000) });
    const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
    if (page && mark(page)) {
      if (mark(page).content === mark(document).content) news.remove();
      else if (busy()) offer(page);
      else show(page);
    }
  } catch {
    // No network: the page stays as it was, and began.js says that nothing is heard.
  }
  setTimeout(look, EVERY);
}
setTimeout(look, EVERY);
