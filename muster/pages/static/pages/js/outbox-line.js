/**
 * The line beside the title that says what is saved and where, and what was not accepted and why.
 */
import { clock, say } from './outbox-words.js';

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
      text.textContent = say(`line-${box.trouble || 'sending'}`, waiting.length);
      if (Date.now() - Date.parse(waiting[0].at) > DAY) text.textContent += ` ${say('line-old')}`;
    } else if (box.savedAt) text.textContent = say('line-saved', clock(box.savedAt));
    place.querySelector('[data-refused]')?.remove();
    if (!refused.length) {
      list?.remove();
      list = null;
      return;
    }
    const why = Object.assign(document.createElement('button'), { type: 'button', className: 'button link', textContent: say('line-why') });
    why.setAttribute('aria-expanded', String(!!list));
    why.onclick = () => {
      if (list) list.remove();
      list = list ? null : reasons();
      why.setAttribute('aria-expanded', String(!!list));
    };
    const line = document.createElement('span');
    line.dataset.refused = '';
    line.append(` ${say('line-refused', refused.length)} `, why);
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
      const what = named(item) || say('line-elsewhere');
      const button = (name, press) => Object.assign(document.createElement('button'), { type: 'button', className: 'button quiet', textContent: say(name), onclick: press });
      row.append(`${what}. ${item.reason ?? ''} `, button('line-copy', async ({ target }) => {
        await navigator.clipboard.writeText(`${what} (${item.at}). ${item.reason ?? ''}`);
        target.textContent = say('line-copied');
      }), ' ', button('line-discard', async () => {
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
