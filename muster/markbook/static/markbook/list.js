/**
 * A page of marks as a list of rows with buttons, answering to the same names as the grid's sheet, so that marking is
 * one thing. A row is one pupil and one objective; the section says the one that all rows share.
 */
import { say } from '../pages/js/outbox-words.js';
import { Scales } from './scales.js';
import { besides } from './target.js';

const PARTS = ['two', 'wait', 'bad', 'note'];

export class List {
  constructor(section) {
    this.section = section;
    this.rows = [...section.querySelectorAll('li[data-row]')];
    const spare = [...section.querySelectorAll('template[data-letters]')].flatMap(({ content }) => [...content.querySelectorAll('[data-step]')]);
    this.scales = new Scales([...section.querySelectorAll('button[data-step][data-letter]'), ...spare]);
    this.besides = besides(section.dataset);
  }

  find({ pupil, objective }) {
    return this.rows.find((row) => {
      const own = this.target(row);
      return own.pupil === pupil && own.objective === objective;
    });
  }
  target({ dataset }) {
    const shared = this.section.dataset;
    return { pupil: +(dataset.pupil ?? shared.pupil), objective: +(dataset.objective ?? shared.objective), ...this.besides };
  }
  name(row) { return row.querySelector('[data-name]').textContent.trim(); }
  scale(row) { return this.scales.get(row.dataset.scale ?? this.section.dataset.scale); }
  locked(row) { return row.hasAttribute('aria-readonly'); }
  value(row) { return row.dataset.s ?? row.dataset.k ?? ''; }
  word(value) { return this.scales.word(value); }

  show(row, value) {
    delete row.dataset.s;
    delete row.dataset.k;
    if (this.scales.steps.has(value)) row.dataset.s = value;
    else if (value) row.dataset.k = value;
    for (const button of row.querySelectorAll('button[data-step],button[data-state]')) {
      button.setAttribute('aria-pressed', String((button.dataset.step ?? button.dataset.state) === value));
    }
    this.spell(row);
  }

  /** The small signs of a row in words, where the page has a place for them. */
  spell(row) {
    const place = row.querySelector('[data-signs]');
    if (place) place.textContent = PARTS.filter((part) => row.classList.contains(part)).map((part) => say(part)).join(', ');
  }
  sign(row, part, on) {
    row.classList.toggle(part, on);
    this.spell(row);
  }
  sum() {
    const open = this.rows.filter((row) => !row.hidden && !this.locked(row) && this.value(row) !== 'not-taught');
    for (const place of this.section.querySelectorAll('[data-sum]')) place.textContent = say('sum', open.filter((row) => row.dataset.s).length, open.length);
  }
}
