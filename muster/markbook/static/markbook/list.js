/** The rows of one objective's page, answering to the same names as the grid's sheet, so that marking is one thing. */
import { say } from './words.js';

export class List {
  constructor(section) {
    this.section = section;
    this.objective = +section.dataset.objective;
    this.rows = [...section.querySelectorAll('[data-pupil]')];
    this.byPupil = new Map(this.rows.map((row) => [row.dataset.pupil, row]));
    this.steps = new Map();
    for (const { dataset } of this.rows[0]?.querySelectorAll('button[data-step]') ?? []) this.steps.set(dataset.step, dataset);
  }

  find({ pupil, objective }) { return objective === this.objective ? this.byPupil.get(`${pupil}`) : undefined; }
  target(row) { return { pupil: +row.dataset.pupil, objective: this.objective }; }
  locked(row) { return row.hasAttribute('aria-readonly'); }
  value(row) { return row.dataset.s ?? row.dataset.k ?? ''; }
  word(value) { return this.steps.get(value)?.word ?? (value ? say(value) : say('clear')); }

  show(row, value) {
    delete row.dataset.s;
    delete row.dataset.k;
    if (this.steps.has(value)) row.dataset.s = value;
    else if (value) row.dataset.k = value;
    for (const button of row.querySelectorAll('button[data-step],button[data-state]')) {
      button.setAttribute('aria-pressed', String((button.dataset.step ?? button.dataset.state) === value));
    }
    this.name(row);
  }

  /** The small signs of a row in words, where the page has a place for them. */
  name(row) {
    const place = row.querySelector('[data-signs]');
    if (place) place.textContent = ['two', 'wait', 'bad', 'note'].filter((part) => row.classList.contains(part)).map((part) => say(part)).join(', ');
  }
  sign(row, part, on) {
    row.classList.toggle(part, on);
    this.name(row);
  }
  sum() {
    for (const place of this.section.querySelectorAll('[data-sum]')) {
      place.textContent = say('sum', this.rows.filter((row) => this.steps.has(this.value(row))).length, this.rows.filter((row) => !this.locked(row)).length);
    }
  }
}
