/**
 * The acts of marking, whichever key, button or menu asked for them: mark, clear, fill, repeat, next step, undo, redo.
 */
import { say } from './words.js';

export class Marking {
  constructor({ sheet, cursor, entry, undo, tell }) {
    Object.assign(this, { sheet, cursor, entry, undo, tell });
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
  mark(value) {
    this.last = value;
    if (this.cursor.several) return this.many(this.cursor.cells.map((cell) => [cell, value]), value);
    const { cell } = this.cursor;
    if (this.sheet.locked(cell)) return this.tell(say('locked'));
    this.entry.set([[cell, value]]);
    this.tell(this.sheet.word(value));
    this.step(1);
  }

  repeat() { return this.last === null ? this.tell(say('noRepeat')) : this.mark(this.last); }

  many(changes, value) {
    const { changed, replaced } = this.entry.set(changes);
    if (!changed) this.tell(say('nothing'));
    else if (!value) this.tell(say('cleared', changed));
    else this.tell(replaced ? say('replaced', changed, this.sheet.word(value), replaced) : say('filled', changed, this.sheet.word(value)));
  }

  clear() {
    if (this.cursor.several) return this.many(this.cursor.cells.map((cell) => [cell, '']), '');
    const { cell } = this.cursor;
    if (this.sheet.locked(cell)) return this.tell(say('locked'));
    this.entry.set([[cell, '']]);
    this.tell(say('clear'));
  }

  back() {
    if (this.step(-1)) this.clear();
  }

  /** This cell and every blank below it; in a selection, its blanks. */
  fill(value) {
    this.last = value;
    const { cell, several, cells, r, c } = this.cursor;
    const below = several ? cells : this.sheet.column(c).slice(r);
    this.many(below.filter((each) => (each === cell && !several) || !this.sheet.value(each)).map((each) => [each, value]), value);
  }

  /** Ctrl+D: this cell's mark onto the blanks below it; a selection takes what its top row shows. */
  fillDown() {
    const { cell, several, area, r, c } = this.cursor;
    if (!several) {
      const value = this.sheet.value(cell);
      return value ? this.fill(value) : this.tell(say('nothing'));
    }
    const [top, left, bottom, right] = area;
    const changes = [];
    for (let column = left; column <= right; column++) {
      const value = this.sheet.value(this.sheet.at(top, column));
      for (let row = top + 1; row <= bottom; row++) changes.push([this.sheet.at(row, column), value]);
    }
    const { changed } = this.entry.set(changes);
    this.tell(changed ? say('copied', changed) : say('nothing'));
  }

  /** The next step in place, for people who work with a switch. */
  next() {
    const { cell, r } = this.cursor;
    if (r < 0) return this.cursor.column();
    if (this.sheet.locked(cell)) return this.tell(say('locked'));
    const steps = [...this.sheet.steps.keys()];
    const value = steps[(steps.indexOf(this.sheet.value(cell)) + 1) % steps.length];
    this.last = value;
    this.entry.set([[cell, value]]);
    this.tell(this.sheet.word(value));
  }

  again(which) {
    const { text, cell } = this.undo[which]();
    if (cell) this.cursor.go(...this.sheet.place(cell));
    this.tell(text);
  }
}
