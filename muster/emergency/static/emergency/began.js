/**
 * On the pages of a roll call beside its board: what else began, in a strip that leads there, and the dark of a lockdown.
 * Where nothing is heard of it for a while, a line says so: silence must not look like quiet.
 */
import { say } from '../pages/js/outbox-words.js';
import { strips } from './board.js';

const POLL = 2000;
const PATIENCE = 3; // Polls in a row without an answer: one alone is an ordinary moment of a wireless network.
const title = document.title;
let going = [];
let tag = '';
let unheard = 0;
let signedOut = false;
let barred = false;

async function ask(place) {
  const answer = await fetch(place.dataset.began, {
    credentials: 'same-origin', cache: 'no-store', redirect: 'manual', headers: { 'X-Muster-Waits': '1', ...(tag ? { 'If-None-Match': tag } : {}) }, signal: AbortSignal.timeout(8000),
  });
  signedOut = answer.type === 'opaqueredirect' || answer.status === 401;
  barred = answer.status === 403;
  if (!answer.ok && answer.status !== 304) throw new Error(String(answer.status));
  unheard = 0;
  const fresh = answer.headers.get('ETag') ?? '';
  if (answer.ok) going = (await answer.json()).open;
  tag = fresh;
  if (!answer.ok) return;
  const dark = going.some(({ kind }) => kind === 'lockdown');
  document.body.toggleAttribute('data-dark', dark);
  document.title = dark ? say('rc-neutral') : title;
  place.replaceChildren();
}

/** The line, with the way to sign in again where that is what keeps the page from hearing. */
function deaf() {
  const line = document.querySelector('[data-deaf]');
  const words = signedOut ? say('rc-signed-out') : barred ? say('rc-barred') : unheard >= PATIENCE ? say('rc-deaf') : '';
  line.hidden = !words;
  if (line.dataset.deaf === words) return;
  line.dataset.deaf = words;
  line.replaceChildren(words, ...(signedOut ? [' ', Object.assign(document.createElement('a'), { href: location.href, textContent: say('rc-sign-in') })] : []));
}

async function look() {
  if (!document.hidden) await ask(document.querySelector('[data-began]')).catch(() => { unheard += 1; });
  // The page may have been put in place anew since.
  const place = document.querySelector('[data-began]');
  if (!place.childElementCount) place.append(...strips(going.filter(({ uuid }) => uuid !== place.dataset.of), (uuid) => location.assign(`${place.dataset.way}#${uuid}`)));
  deaf();
  setTimeout(look, POLL);
}
look();
