/**
 * The sheet: the table as the server wrote it, read by row and column, and the showing of one cell.
 *
 * A cell's value is the id of a step, `absent`, `not-taught`, or '' for not yet marked this term.
 * Row -1 is the row of objective headings.
 */
import { say } from './words.js';

const STATES = { absent: ['ab', 'ab'], 'not-taught': ['nt', 'nt'] };
const PARTS = ['two', 'wait', 'bad', 'note'];

export class Sheet {
  constructor(section) {
    this.table = section.querySelector('table[role="grid"]');
    this.heads = [...this.table.tHead.querySelectorAll('th[data-objective]')];
    this.columns = this.heads.map((head) => head.cellIndex);
    this.steps = new Map();
    for (const { dataset } of section.querySelectorAll('[data-palette] [data-step]')) this.steps.set(dataset.step, dataset);
    // On a phone the style sheet shows only the headings, as a list of links: then they are links and nothing else.
    this.narrow = matchMedia('screen and (max-width: 640px)');
    this.number();
  }

  /** Count the rows as they now stand. */
  number() {
    this.rows = [...this.table.querySelectorAll('tbody tr[data-pupil]')];
    this.rowOf = new Map(this.rows.map((row, r) => [row, r]));
    this.byPupil = new Map(this.rows.map((row) => [row.dataset.pupil, row]));
  }

  at(r, c) { return r < 0 ? this.heads[c] : this.rows[r].cells[this.columns[c]]; }
  place(cell) {
    const heading = this.heads.indexOf(cell);
    return heading < 0 ? [this.rowOf.get(cell.parentNode), this.columns.indexOf(cell.cellIndex)] : [-1, heading];
  }
  find({ pupil, objective }) {
    const c = this.heads.findIndex((head) => head.dataset.objective === `${objective}`);
    return c < 0 ? undefined : this.byPupil.get(`${pupil}`)?.cells[this.columns[c]];
  }
  target(cell) {
    const [r, c] = this.place(cell);
    return { pupil: +this.rows[r].dataset.pupil, objective: +this.heads[c].dataset.objective };
  }
  column(c) { return this.rows.map((row) => row.cells[this.columns[c]]); }

  locked(cell) { return cell.hasAttribute('aria-readonly'); }
  value(cell) { return cell.dataset.s ?? cell.dataset.k ?? ''; }
  letter(value) { return this.steps.get(value)?.letter ?? STATES[value]?.[0] ?? ''; }
  word(value) { return this.steps.get(value)?.word ?? (value ? say(value) : say('clear')); }

  /** Show a value in a cell: its letter, its fill and its name read aloud. */
  show(cell, value) {
    const step = this.steps.get(value);
    const { classList, dataset, firstChild } = cell;
    const letter = this.letter(value);
    for (const name of [...classList]) if (/^(fill-.*|ab|nt|faint|typing)$/.test(name)) classList.remove(name);
    delete dataset.s;
    delete dataset.k;
    if (step) {
      dataset.s = value;
      if (step.fill) classList.add(`fill-${step.fill}`);
    } else if (value) {
      dataset.k = value;
      classList.add(STATES[value][1]);
    }
    if (firstChild?.nodeType === 3) firstChild.data = letter;
    else cell.prepend(letter);
    this.name(cell);
  }

  /** Say aloud what a cell shows: the letter first, then the word, then whatever hangs on it. */
  name(cell) {
    const value = this.value(cell);
    const faint = cell.classList.contains('faint');
    let label = faint ? (cell.faintName ??= cell.getAttribute('aria-label')) : value ? `${this.letter(value)}, ${this.word(value)}` : say('blank');
    for (const part of PARTS) if (cell.classList.contains(part)) label += `, ${say(part)}`;
    cell.setAttribute('aria-label', label);
  }

  /** Set or drop one of the small signs: two, wait, bad, note. */
  sign(cell, part, on) {
    if (cell.classList.contains(part) === on) return;
    cell.classList.toggle(part, on);
    this.name(cell);
  }

  /** "7 of 11" and the bar of a row, from the cells as they stand. Untaught columns and `nt` count in nothing. */
  sum(row) {
    const place = row.querySelector('[data-sum]');
    if (!place) return;
    const counts = new Map();
    let marked = 0;
    let due = 0;
    this.columns.forEach((column, c) => {
      const cell = row.cells[column];
      const value = this.value(cell);
      if (this.locked(cell) || value === 'not-taught' || this.heads[c].classList.contains('untaught')) return;
      due += 1;
      if (!this.steps.has(value)) return;
      marked += 1;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    });
    const text = place.querySelector('[data-sum-text]') ?? place;
    text.textContent = say('sum', marked, due);
    let x = 0;
    for (const part of place.querySelectorAll('rect[data-step]')) {
      const width = due ? (100 * (counts.get(part.dataset.step) ?? 0)) / due : 0;
      part.setAttribute('x', x);
      part.setAttribute('width', width);
      x += width;
    }
  }
}
