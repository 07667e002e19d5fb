/**
 * The sheet: the table as the server wrote it, read by row and column, and the showing of one cell.
 *
 * A cell's value is the id of a step, `absent`, `not-taught`, or '' for not yet marked this term.
 * Row -1 is the row of objective headings.
 */
import { say } from '../pages/js/outbox-words.js';
import { Scales } from './scales.js';
import { besides } from './target.js';

const SIGNS = { absent: 'ab', 'not-taught': 'nt' };
const PARTS = ['two', 'wait', 'bad', 'note'];

export class Sheet {
  constructor(section) {
    this.table = section.querySelector('table[role="grid"]');
    this.heads = [...this.table.tHead.querySelectorAll('th[data-objective]')];
    this.columns = this.heads.map(({ dataset }, c) => +(dataset.column ?? c + 1));
    this.scales = new Scales(section.querySelectorAll('[data-palette] [data-step]'));
    this.besides = besides(section.dataset);
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
    return { pupil: +this.rows[r].dataset.pupil, objective: +this.heads[c].dataset.objective, ...this.besides };
  }
  column(c) { return this.rows.map((row) => row.cells[this.columns[c]]); }
  name(r) { return (this.rows[r].cells[0].querySelector('a') ?? this.rows[r].cells[0].firstChild).textContent.trim(); }

  locked(cell) { return cell.hasAttribute('aria-readonly'); }
  value(cell) { return cell.dataset.s ?? cell.dataset.k ?? ''; }
  /** The scale a cell is judged on: its own where the pupil has one, else its column's. */
  scale(cell) { return this.scales.get(cell.dataset.scale ?? this.heads[this.place(cell)[1]].dataset.scale); }
  word(value) { return this.scales.word(value); }

  /** The letter of an earlier time that a blank cell shows faintly; '' for none. */
  faint({ classList, firstChild }) { return classList.contains('faint') ? firstChild.data : ''; }

  /** Show a value in a cell: its letter, its fill and its name read aloud. A blank one may show an earlier letter. */
  show(cell, value, faint = '') {
    const { steps } = this.scales;
    const { classList, dataset, firstChild } = cell;
    // A step that is no longer in use has no button: what the server wrote of it is kept, or it could not be put back.
    if (dataset.s && !steps.has(dataset.s)) {
      const [letter, ...word] = cell.getAttribute('aria-label').split(', ');
      const fill = [...classList].find((name) => name.startsWith('fill-'))?.slice(5);
      steps.set(dataset.s, { letter: firstChild?.data ?? letter, word: word[0] ?? letter, fill });
    }
    const step = steps.get(value);
    const text = faint || this.scales.face(value);
    for (const name of [...classList]) if (/^(fill-.*|ab|nt|below)$/.test(name)) classList.remove(name);
    delete dataset.s;
    delete dataset.k;
    classList.toggle('faint', !!faint);
    if (step) {
      dataset.s = value;
      if (step.fill) classList.add(`fill-${step.fill}`);
    } else if (value) {
      dataset.k = value;
      classList.add(SIGNS[value]);
    }
    if (firstChild?.nodeType === 3) firstChild.data = text;
    else cell.prepend(text);
    this.spell(cell);
  }

  /** Say aloud what a cell shows: the letter first, then the word, then whatever hangs on it. */
  spell(cell) {
    const value = this.value(cell);
    const faint = this.faint(cell);
    let label = faint ? say(this.besides.on ? 'atLast' : 'earlier', faint) : value ? `${this.scales.face(value)}, ${this.word(value)}` : say('blank');
    for (const part of PARTS) if (cell.classList.contains(part)) label += `, ${say(part)}`;
    cell.setAttribute('aria-label', label);
  }

  /** Set or drop one of the small signs: two, wait, bad, note. */
  sign(cell, part, on) {
    if (cell.classList.contains(part) === on) return;
    cell.classList.toggle(part, on);
    this.spell(cell);
  }

  /** "7 of 11" and the bar of a row, from the cells as they stand. Untaught columns and `nt` count in nothing. */
  sum(row) {
    const place = row.querySelector('[data-sum]');
    if (!place) return;
    place.querySelector('[data-points]')?.remove(); // Worked out by the school alone: gone until the page is opened again.
    const counts = new Map();
    let marked = 0;
    let due = 0;
    this.columns.forEach((column, c) => {
      const cell = row.cells[column];
      const value = this.value(cell);
      if (this.locked(cell) || value === 'not-taught' || cell.classList.contains('is-sunk') || this.heads[c].classList.contains('untaught')) return;
      due += 1;
      if (!cell.dataset.s) return;
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
