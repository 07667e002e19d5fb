/**
 * Pile mode: an unsorted stack of papers, one box beside the grid. Letters of a forename or surname until one pupil is
 * left, then the mark, then Enter. A digit is always a step; a step's letter needs a space first, since letters are names.
 */
import { say } from '../pages/js/outbox-words.js';
import { fold } from './fold.js';

const MARK = /^([^\d\s]*?)(-|=|\s*\d.*|\s.*)?$/s;

export class Pile {
  constructor({ section, sheet, cursor, entry, open, box }) {
    Object.assign(this, { sheet, cursor, entry, marked: open.untaught });
    const { content } = document.querySelector('template[data-pile]');
    this.place = content.firstElementChild.cloneNode(true);
    section.querySelector('.grid-well').after(this.place);
    const part = (name) => this.place.querySelector(`[data-pile-${name}]`);
    this.parts = { box: part('box'), said: part('said'), found: part('found'), count: part('count'), left: part('left'), title: part('objective') };
    this.parts.box.addEventListener('input', () => this.read());
    this.place.addEventListener('submit', (event) => {
      event.preventDefault();
      this.save();
    });
    this.place.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.close(); });
    part('close').addEventListener('click', () => this.close());
    this.parts.found.addEventListener('click', (event) => this.take(event.target.closest('button')?.dataset.row));
    box.listen(() => this.count());
    this.show();
  }

  show() {
    this.place.hidden = false;
    this.moved();
    this.parts.box.focus();
  }
  close() {
    this.place.hidden = true;
    this.cursor.holder.focus();
  }

  /** The column is another one, or the rows stand in another order. */
  moved() {
    if (this.place.hidden) return;
    this.column = this.cursor.c;
    this.parts.title.textContent = this.sheet.heads[this.column].dataset.title;
    this.clear();
    this.count();
  }
  clear() {
    this.taken = null;
    this.parts.box.value = '';
    this.parts.found.replaceChildren();
  }

  cell(r) { return this.sheet.at(r, this.column); }
  get rows() { return this.sheet.rows.map((_, r) => r).filter((r) => !this.sheet.locked(this.cell(r))); }
  /** Rows whose forename, surname or any part of them begins with these letters. */
  named(letters) {
    const parts = (word) => [word, word.replace(/['’-]/g, ''), ...word.split(/['’-]/)];
    return this.rows.filter((r) => fold(this.sheet.name(r)).split(' ').flatMap(parts).some((part) => part.startsWith(letters)));
  }

  /** What stands in the box: whose paper, and which mark if one is there yet. */
  get meant() {
    const [, name, rest = ''] = this.parts.box.value.match(MARK) ?? [];
    const said = rest.trim();
    const letters = fold(name);
    const rows = this.taken?.letters === letters ? [this.taken.row] : letters ? this.named(letters) : [];
    if (rows.length !== 1 || !said) return { name, said, rows };
    const scale = this.sheet.scale(this.cell(rows[0]));
    const states = { '-': 'absent', '=': 'not-taught' };
    const value = states[said] ?? (/^\d$/.test(said) ? scale.digits.get(said) : scale.codes.get(said.toLocaleUpperCase()));
    return { name, said, rows, scale, value };
  }

  /** Answer every letter at once: who it is, that they are marked already, or that there is nobody of that name. */
  read() {
    const { name, said, rows, scale, value } = this.meant;
    const { found } = this.parts;
    found.replaceChildren();
    if (!name) return this.tell(said && say('pileHow'));
    if (!rows.length) return this.tell(say('pileNobody', name));
    if (rows.length > 1) {
      for (const r of rows.slice(0, 8)) {
        const button = Object.assign(document.createElement('button'), { type: 'button', className: 'button quiet', textContent: this.sheet.name(r) });
        button.dataset.row = r;
        found.append(button);
      }
      return this.tell(say('pileSeveral', rows.length));
    }
    const [r] = rows;
    const who = this.sheet.name(r);
    const has = this.sheet.value(this.cell(r));
    const already = has && ` ${say('pileAlready', this.sheet.word(has))}`;
    if (!said) return this.tell(`${who}.${already}`);
    if (value === undefined) return this.tell(`${who}. ${say('noKey', said, scale.keys)}`);
    return this.tell(`${say('pileReady', who, this.sheet.word(value))}${already}`);
  }

  take(row) {
    if (row === undefined) return;
    this.taken = { row: +row, letters: fold(this.meant.name) };
    this.parts.box.focus();
    this.read();
  }

  save() {
    const { name, rows, value, said } = this.meant;
    if (rows.length !== 1 || value === undefined) {
      this.read();
      if (rows.length === 1 && !said) this.tell(say('pileNoMark', this.sheet.name(rows[0])));
      else if (!name) this.tell(say('pileHow'));
      return;
    }
    const [r] = rows;
    this.entry.set([[this.cell(r), value]]);
    this.clear();
    this.count();
    this.tell(say('pileSaved', this.sheet.name(r), this.sheet.word(value)));
    this.marked();
  }

  tell(text) { this.parts.said.textContent = text; }

  /** "17 of 30, 13 left", and who is left. */
  count() {
    if (this.place.hidden) return;
    const { rows } = this;
    const left = rows.filter((r) => !this.sheet.value(this.cell(r)));
    this.parts.count.textContent = say('pileCount', rows.length - left.length, rows.length, left.length);
    this.parts.left.textContent = left.map((r) => this.sheet.name(r)).join(', ');
  }
}
