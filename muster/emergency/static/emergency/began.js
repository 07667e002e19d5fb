/**
 * On the pages of a roll call beside its board: what else began, in a strip that leads there, and the dark of a lockdown.
 */
import { say } from '../pages/js/outbox-words.js';
import { strips } from './board.js';

const POLL = 2000;
const title = document.title;
let going = [];
let tag = '';

async function look() {
  const place = document.querySelector('[data-began]');
  try {
    const answer = document.hidden ? null : await fetch(place.dataset.began, {
      credentials: 'same-origin', cache: 'no-store', redirect: 'error', headers: { 'X-Muster-Waits': '1', ...(tag ? { 'If-None-Match': tag } : {}) }, signal: AbortSignal.timeout(8000),
    });
    if (answer?.ok) {
      going = (await answer.json()).open;
      tag = answer.headers.get('ETag') ?? '';
      const dark = going.some(({ kind }) => kind === 'lockdown');
      document.body.toggleAttribute('data-dark', dark);
      document.title = dark ? say('rc-neutral') : title;
      place.replaceChildren();
    }
  } catch {
    // No network: the page stays as it was, and a form on it says so when it is sent.
  }
  // The page may have been put in place anew since.
  if (!place.childElementCount) place.append(...strips(going.filter(({ uuid }) => uuid !== place.dataset.of), (uuid) => location.assign(`${place.dataset.way}#${uuid}`)));
  setTimeout(look, POLL);
}
look();
