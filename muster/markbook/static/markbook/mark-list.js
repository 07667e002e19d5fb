/**
 * One objective for the whole class, as a list of names with a button for each step: phones, narrow windows, and
 * whoever prefers a list to a grid. The same outbox as the grid; without this script the page is a plain form.
 */
import { outbox } from '../pages/js/outbox.js';
import { savedLine } from '../pages/js/outbox-line.js';
import { Entry, Undo, shown } from './entry.js';
import { List } from './list.js';
import { say } from './words.js';

const section = document.querySelector('[data-mark-list]');
if (section) start(section);

function start(section) {
  const { sync, account } = section.dataset;
  const status = section.querySelector('[data-status]');
  const tell = (text) => { status.textContent = text; };
  const box = outbox(account);
  const list = new List(section);
  const entry = new Entry(list, box, sync, tell);
  const undo = new Undo(list, box, entry);
  const name = (row) => row.querySelector('[data-name]')?.textContent.trim() ?? '';
  const valueOf = ({ step, state }) => step ?? (state === 'clear' ? '' : state);

  savedLine(document.querySelector('[data-saved]'), box, {
    named: (item) => {
      const row = list.find(item.target);
      return row ? `${name(row)}: ${item.value.text ?? list.word(shown(item.value))}` : '';
    },
    letGo: (item) => entry.letGo(item),
  });

  section.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    const { act, fill } = button.dataset;
    const row = button.closest('[data-pupil]');
    if (act === 'undo' || act === 'redo') tell(undo[act]().text);
    else if (fill) {
      const blanks = list.rows.filter((each) => !list.value(each));
      const { changed } = entry.set(blanks.map((each) => [each, fill]));
      tell(changed ? say('filled', changed, list.word(fill)) : say('nothing'));
    } else if (row && (button.dataset.step || button.dataset.state)) {
      const value = valueOf(button.dataset);
      // Pressing the step that already shows takes it back.
      entry.set([[row, list.value(row) === value ? '' : value]]);
      tell(`${name(row)}: ${list.word(list.value(row))}`);
    } else return;
    event.preventDefault();
  });

  box.ready.then(() => {
    entry.resume(document.documentElement.hasAttribute('data-saved-copy'));
    box.listen((event) => { if (event.added || event.settled) entry.heard(event); });
    section.setAttribute('data-ready', '');
  });
}
