/**
 * Marks as a list with a button for each step: one objective and the whole class, or one pupil and the whole unit.
 * For phones, narrow windows, and whoever prefers a list to a grid. The same outbox as the grid; without this script
 * the page is a plain form.
 */
import { outbox } from '../pages/js/outbox.js';
import { savedLine } from '../pages/js/outbox-line.js';
import { say } from '../pages/js/outbox-words.js';
import { Entry, shown } from './entry.js';
import { List } from './list.js';
import { Undo } from './undo.js';

const section = document.querySelector('[data-mark-list]');
if (section) start(section);

async function start(section) {
  const status = section.querySelector('[data-status]');
  const tell = (text) => { status.textContent = text; };
  const box = outbox(section.dataset.account);
  const list = new List(section);
  const entry = new Entry(list, box, section.dataset, tell);
  const undo = new Undo({ sheet: list, box, entry });
  const valueOf = ({ step, state }) => step ?? (state === 'clear' ? '' : state);

  savedLine(document.querySelector('[data-saved]'), box, {
    named: (item) => {
      const row = list.find(item.target);
      return row ? `${list.name(row)}: ${item.value.text ?? list.word(shown(item.value))}` : '';
    },
    letGo: (item) => entry.letGo(item),
  });

  section.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    const { act, fill } = button.dataset;
    const row = button.closest('[data-row]');
    if (act === 'undo' || act === 'redo') tell(undo[act]().text);
    else if (fill) {
      const meaning = list.scales.meaning(fill);
      const blanks = list.rows.filter((each) => !list.locked(each) && !list.value(each));
      const changes = blanks.map((each) => [each, meaning(list.scale(each))]).filter(([, value]) => value);
      const { changed } = entry.set(changes);
      tell(changed ? say('filled', changed, list.word(fill)) : say('nothing'));
    } else if (row && (button.dataset.step || button.dataset.state)) {
      const value = valueOf(button.dataset);
      // Pressing the step that already shows takes it back.
      entry.set([list.value(row) === value ? [row, '', entry.stood(row)] : [row, value]]);
      tell(`${list.name(row)}: ${list.word(list.value(row))}`);
    } else return;
    event.preventDefault();
  });

  await box.ready;
  entry.resume(document.documentElement.hasAttribute('data-saved-copy'));
  box.listen((event) => { if (event.added || event.settled) entry.heard(event); });
  if (section.dataset.children) {
    const { Children } = await import('./by-pupil.js');
    new Children({ section, list, entry, tell });
  }
  section.setAttribute('data-ready', '');
}
