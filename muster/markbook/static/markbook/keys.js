/**
 * Keys, only while the grid has the focus. Commands never use bare letters: those belong to the school's steps.
 */
import { say } from './words.js';

const MAC = /Mac|iP(hone|ad)/.test(navigator.platform);
const WAYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const PAGE = 10;

export class Keys {
  constructor({ sheet, cursor, marking, tell, open }) {
    Object.assign(this, { sheet, cursor, marking, tell, open });
    this.digits = new Map();
    this.codes = new Map();
    for (const [id, { letter, digit }] of sheet.steps) {
      if (digit) this.digits.set(digit, id);
      if (letter) this.codes.set(letter.toLocaleUpperCase(), id);
    }
    this.typed = '';
    sheet.table.addEventListener('keydown', (event) => {
      if (!sheet.narrow.matches && !event.isComposing && event.target.closest('td,th') && this.press(event)) event.preventDefault();
    });
    sheet.table.addEventListener('focusout', () => this.forget());
  }

  /** Returns whether the key was ours. */
  press(event) {
    const { key, code, shiftKey: shift, altKey: alt } = event;
    const plain = event.getModifierState('AltGraph');
    const command = !plain && (MAC ? event.metaKey : event.ctrlKey);
    if (alt && !plain) return code === 'KeyG' && this.open.gaps();
    if (this.typed && this.spell(key)) return true;
    this.forget();
    if (key === ' ') return this.space(event.ctrlKey, shift);
    if (key in WAYS) return this.arrow(WAYS[key], command, shift);
    if (command) return this.command(key.toLowerCase(), code, shift);
    if (event.ctrlKey || event.metaKey) return false;
    return this.jump(key, shift) || this.other(key, shift) || this.mark(key, code, shift);
  }

  arrow([down, right], command, shift) {
    const { cursor } = this;
    let r = cursor.r + down;
    let c = cursor.c + right;
    if (command && down) r = down < 0 ? 0 : cursor.lastRow;
    if (command && right) c = right < 0 ? 0 : cursor.lastColumn;
    cursor.go(Math.min(Math.max(r, -1), cursor.lastRow), Math.min(Math.max(c, 0), cursor.lastColumn), shift);
    return true;
  }

  space(ctrl, shift) {
    if (ctrl) this.cursor.column();
    else if (shift) this.cursor.row();
    else this.marking.next();
    if (ctrl || shift) this.tell(say('selected', this.cursor.selected.size));
    return true;
  }

  jump(key, shift) {
    const { cursor } = this;
    const places = {
      Home: [cursor.r, 0], End: [cursor.r, cursor.lastColumn],
      PageUp: [Math.max(cursor.r - PAGE, 0), cursor.c], PageDown: [Math.min(cursor.r + PAGE, cursor.lastRow), cursor.c],
    };
    if (!Object.hasOwn(places, key)) return false;
    cursor.go(...places[key], shift);
    return true;
  }

  command(key, code, shift) {
    const { cursor, marking } = this;
    switch (key) {
      case 'home': cursor.go(0, 0, shift); return true;
      case 'end': cursor.go(cursor.lastRow, cursor.lastColumn, shift); return true;
      case 'a': cursor.all(); this.tell(say('selected', cursor.selected.size)); return true;
      case 'd': marking.fillDown(); return true;
      case 'z': marking.again(shift ? 'redo' : 'undo'); return true;
      case 'y': marking.again('redo'); return true;
      default: return false; // Copy and paste come as events of their own.
    }
  }

  other(key, shift) {
    const { marking, open, cursor } = this;
    switch (key) {
      case 'Enter': open.panel(); return true;
      case 'F2': open.panel(shift); return true;
      case 'Escape': cursor.drop(); return true;
      case 'Delete': marking.clear(); return true;
      case 'Backspace':
        if (shift) marking.back();
        else marking.clear();
        return true;
      case '.': marking.repeat(); return true;
      case '-': marking.mark('absent'); return true;
      case '=': marking.mark('not-taught'); return true;
      case '?': return open.keys();
      default: return false;
    }
  }

  /** A digit is read from the key's place when the layout gives it another sign; Shift and a digit fills. */
  mark(key, code, shift) {
    if (key.length > 1) return false;
    const letter = key.toLocaleUpperCase();
    const digit = /^\d$/.test(key) ? key : /^Digit\d$/.test(code) && !this.codes.has(letter) ? code[5] : null;
    if (shift && /^Digit\d$/.test(code)) {
      const step = this.digits.get(code[5]);
      if (step) this.marking.fill(step);
      return true;
    }
    if (digit && this.digits.has(digit)) return this.done(this.digits.get(digit));
    if (this.longer(letter)) return this.spell(letter);
    if (this.codes.has(letter)) return this.done(this.codes.get(letter));
    if (digit === '0') this.marking.clear();
    return true;
  }
  done(step) {
    this.marking.mark(step);
    return true;
  }

  /** Codes of several letters are typed and ended with Enter; the cell shows what has been typed so far. */
  longer(start) { return [...this.codes.keys()].some((code) => code.length > start.length && code.startsWith(start)); }
  spell(key) {
    if (key === 'Enter') {
      const typed = this.typed;
      const step = this.codes.get(typed);
      this.forget();
      if (step) this.marking.mark(step);
      else this.tell(say('noCode', typed));
      return true;
    }
    if (key === 'Escape') return this.forget() || true;
    if (key === 'Backspace') this.typed = this.typed.slice(0, -1);
    else if (key.length === 1 && key !== ' ') this.typed += key.toLocaleUpperCase();
    else return key === 'Shift';
    this.wear(this.typed);
    return true;
  }
  forget() {
    if (this.typed) this.wear('');
    this.typed = '';
  }
  wear(text) {
    const { cell, r } = this.cursor;
    if (r < 0) return;
    if (text) cell.dataset.typed = text;
    else delete cell.dataset.typed;
  }
}
