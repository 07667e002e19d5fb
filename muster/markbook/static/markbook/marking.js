/**
 * The acts of marking, whichever key, button or menu asked for them: mark, clear, fill, repeat, next step.
 *
 * What is to be marked is a meaning: a function from a scale to its step, since cells side by side may be judged on
 * different scales. It gives undefined where a scale has no such step.
 */
import { say } from '../pages/js/outbox-words.js';

export class Marking {
  constructor({ sheet, cursor, entry, tell, open }) {
    Object.assign(this, { sheet, cursor, entry, tell, open });
    this.across = localStorage.getItem('muster-direction') === 'across';
    this.last = null;
  }

  turn() {
    this.across = !this.across;
    localStorage.setItem('muster-direction', this.across ? 'across' : 'down');
  }

  /** The next cell that can be marked, in the chosen direction; the end of the row or column stays where it is. */
  step(by) {
    let { r, c } = this.cursor;
    do {
      if (this.across) c += by;
      else r += by;
      if (r < 0 || c < 0 || r > this.cursor.lastRow || c > this.cursor.lastColumn) return false;
    } while (this.sheet.locked(this.sheet.at(r, c)));
    this.cursor.go(r, c);
    return true;
  }

  /** Mark the cell and move on; a selection or a heading's column is marked whole and stays. */
  mark(meaning) {
    this.last = meaning;
    if (this.cursor.several) return this.many(this.cursor.cells, meaning);
    const { cell } = this.cursor;
    if (this.sheet.locked(cell)) return this.tell(say('locked'));
    const value = meaning(this.sheet.scale(cell));
    if (value === undefined) return this.none('');
    this.entry.set([[cell, value]]);
    this.tell(this.sheet.word(value));
    this.open.untaught();
    this.step(1);
  }

  /** That a key is no step of this cell's scale, and which are. */
  none(key) {
    const { cell, cells } = this.cursor;
    const { keys } = this.sheet.scale(this.cursor.r < 0 ? cells[0] : cell);
    this.tell(key ? say('noKey', key, keys) : say('noStep', keys));
  }

  repeat() { return this.last === null ? this.tell(say('noRepeat')) : this.mark(this.last); }

  /** Mark many cells, each on its own scale; those whose scale has no such step are left and counted. */
  many(cells, meaning) {
    const changes = [];
    const words = new Set();
    let left = 0;
    for (const cell of cells) {
      if (this.sheet.locked(cell)) continue;
      const value = meaning(this.sheet.scale(cell));
      if (value === undefined) left += 1;
      else {
        changes.push([cell, value]);
        words.add(value && this.sheet.word(value));
      }
    }
    const { changed, replaced } = this.entry.set(changes);
    const word = [...words].filter(Boolean).join(' / ');
    const done = !changed ? say('nothing') : !word ? say('cleared', changed) : replaced ? say('replaced', changed, word, replaced) : say('filled', changed, word);
    this.tell(left ? `${done} ${say('left', left)}` : done);
    if (changed && word) this.open.untaught();
  }

  clear() {
    if (this.cursor.several) return this.many(this.cursor.cells, () => '');
    const { cell } = this.cursor;
    if (this.sheet.locked(cell)) return this.tell(say('locked'));
    this.entry.set([[cell, '']]);
    this.tell(say('clear'));
  }

  back() {
    if (this.step(-1)) this.clear();
  }

  /** This cell and every blank below it; in a selection, its blanks. */
  fill(meaning) {
    this.last = meaning;
    const { cell, several, cells, r, c } = this.cursor;
    const below = several ? cells : this.sheet.column(c).slice(r);
    this.many(below.filter((each) => (each === cell && !several) || !this.sheet.value(each)), meaning);
  }

  /** Ctrl+D: this cell's mark onto the blanks below it; a selection takes what its top row shows, column by column. */
  fillDown() {
    const { sheet } = this;
    const { cell, several, area, r, c } = this.cursor;
    if (!several) {
      const value = sheet.value(cell);
      if (!value) return this.tell(say('nothing'));
      return this.many(sheet.column(c).slice(r + 1).filter((each) => !sheet.value(each)), sheet.scales.meaning(value));
    }
    const [top, left, bottom, right] = area;
    const changes = [];
    let without = 0;
    for (let column = left; column <= right; column++) {
      const value = sheet.value(sheet.at(top, column));
      const meaning = sheet.scales.meaning(value);
      for (let row = top + 1; value && row <= bottom; row++) {
        const each = sheet.at(row, column);
        const own = sheet.locked(each) ? '' : meaning(sheet.scale(each));
        if (own) changes.push([each, own]);
        else if (own === undefined) without += 1;
      }
    }
    const { changed, replaced } = this.entry.set(changes);
    const done = changed ? say('filledDown', changed, replaced) : say('nothing');
    this.tell(without ? `${done} ${say('left', without)}` : done);
  }

  /** The next step in place, for people who work with a switch. */
  next() {
    const { cell, r } = this.cursor;
    if (r < 0) return this.cursor.column();
    if (this.sheet.locked(cell)) return this.tell(say('locked'));
    const steps = [...this.sheet.scale(cell).steps.keys()];
    if (!steps.length) return this.none('');
    const value = steps[(steps.indexOf(this.sheet.value(cell)) + 1) % steps.length];
    this.last = this.sheet.scales.meaning(value);
    this.entry.set([[cell, value]]);
    this.tell(this.sheet.word(value));
    this.open.untaught();
  }
}
