/**
 * The line beside the title that says what is saved and where, and what was not accepted and why.
 */
import { clock, speaker } from './outbox-words.js';

const say = speaker({
  saved: 'Saved at school {0}',
  sending: '{0} saved on this tablet, sending',
  network: 'No network. {0} saved on this tablet.',
  server: 'The school server did not answer. {0} saved on this tablet.',
  'signed-out': 'Signed out. {0} saved on this tablet. Sign in to send them.',
  storage: 'This tablet cannot keep marks. Stay on this page until {0} are sent.',
  old: 'Some have waited more than a day: please tell the office.',
  refused: ['1 mark was not accepted.', '{0} marks were not accepted.'],
  why: 'See why',
  copy: 'Keep a copy',
  copied: 'Copied',
  discard: 'Discard',
  elsewhere: 'A mark on another page',
});
const DAY = 86400000;

/** Keep `place` true. `named(item)` says which mark an item is, `letGo(item)` is called when one is discarded. */
export function savedLine(place, box, { named, letGo }) {
  if (!place) return;
  const text = document.createElement('span');
  text.textContent = place.textContent.trim();
  place.replaceChildren(text);
  let list = null;
  let resting;

  // Drawn when the keys rest, so that no mark waits for this line.
  const later = () => {
    clearTimeout(resting);
    resting = setTimeout(draw, 120);
  };
  function draw() {
    const waiting = box.waiting();
    const refused = box.refused();
    place.dataset.waiting = waiting.length;
    place.dataset.state = refused.length ? 'refused' : !waiting.length ? 'saved' : box.trouble ? 'offline' : 'waiting';
    if (waiting.length) {
      text.textContent = say(box.trouble || 'sending', waiting.length);
      if (Date.now() - Date.parse(waiting[0].at) > DAY) text.textContent += ` ${say('old')}`;
    } else if (box.savedAt) text.textContent = say('saved', clock(box.savedAt));
    place.querySelector('[data-refused]')?.remove();
    if (!refused.length) {
      list?.remove();
      list = null;
      return;
    }
    const why = Object.assign(document.createElement('button'), { type: 'button', className: 'button link', textContent: say('why') });
    why.setAttribute('aria-expanded', String(!!list));
    why.onclick = () => {
      if (list) list.remove();
      list = list ? null : reasons();
      why.setAttribute('aria-expanded', String(!!list));
    };
    const line = document.createElement('span');
    line.dataset.refused = '';
    line.append(` ${say('refused', refused.length)} `, why);
    place.append(line);
    if (list) {
      list.remove();
      list = reasons();
    }
  }

  function reasons() {
    const made = Object.assign(document.createElement('ul'), { className: 'not-accepted' });
    for (const item of box.refused()) {
      const row = document.createElement('li');
      const what = named(item) || say('elsewhere');
      const button = (name, press) => Object.assign(document.createElement('button'), { type: 'button', className: 'button quiet', textContent: say(name), onclick: press });
      row.append(`${what}. ${item.reason ?? ''} `, button('copy', async ({ target }) => {
        await navigator.clipboard.writeText(`${what} (${item.at}). ${item.reason ?? ''}`);
        target.textContent = say('copied');
      }), ' ', button('discard', async () => {
        await box.discard(item.id);
        letGo?.(item);
        later();
      }));
      made.append(row);
    }
    place.after(made);
    return made;
  }

  box.listen(later);
  box.ready.then(later);
}
