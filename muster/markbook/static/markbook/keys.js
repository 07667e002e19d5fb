/**
 * Keys, only while the grid has the focus. Commands never use bare letters: those belong to the school's steps.
 */
import { say } from '../pages/js/outbox-words.js';

const MAC = /Mac|iP(hone|ad)/.test(navigator.platform);
const WAYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const PAGE = 10;

export class Keys {
  constructor({ sheet, cursor, marking, tell, open }) {
    Object.assign(this, { sheet, cursor, marking, tell, open });
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

  /** One cell, or with Ctrl to the edge. Cells that cannot be marked are passed over, but not while selecting. */
  arrow([down, right], command, shift) {
    const { cursor } = this;
    let r = cursor.r + down;
    let c = cursor.c + right;
    if (command && down) r = down < 0 ? 0 : cursor.lastRow;
    if (command && right) c = right < 0 ? 0 : cursor.lastColumn;
    if (shift) cursor.go(Math.min(r, cursor.lastRow), Math.min(Math.max(c, 0), cursor.lastColumn), true);
    else {
      const way = command ? -1 : 1;
      cursor.go(...(cursor.seek(r, c, down * way, right * way) ?? [cursor.r, cursor.c]));
    }
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
    const { r, c, lastRow, lastColumn } = cursor;
    const [up, down] = [Math.max(r - PAGE, 0), Math.min(r + PAGE, lastRow)];
    const places = {
      Home: () => cursor.seek(r, 0, 0, 1),
      End: () => cursor.seek(r, lastColumn, 0, -1),
      PageUp: () => cursor.seek(up, c, 1, 0),
      PageDown: () => cursor.seek(down, c, -1, 0),
    };
    if (!Object.hasOwn(places, key)) return false;
    if (shift) cursor.go(...{ Home: [r, 0], End: [r, lastColumn], PageUp: [up, c], PageDown: [down, c] }[key], true);
    else cursor.go(...(places[key]() ?? [r, c]));
    return true;
  }

  command(key, code, shift) {
    const { cursor, marking } = this;
    switch (key) {
      case 'home': cursor.go(...(shift ? [0, 0] : cursor.seek(0, 0, 0, 1) ?? [0, 0]), shift); return true;
      case 'end': {
        const end = [cursor.lastRow, cursor.lastColumn];
        cursor.go(...(shift ? end : cursor.seek(...end, 0, -1) ?? end), shift);
        return true;
      }
      case 'a': cursor.all(); this.tell(say('selected', cursor.selected.size)); return true;
      case 'd': marking.fillDown(); return true;
      case 'z': return this.open[shift ? 'redo' : 'undo']();
      case 'y': return this.open.redo();
      default: return false; // Copy and paste come as events of their own.
    }
  }

  other(key, shift) {
    const { marking, open, cursor } = this;
    switch (key) {
      case 'Enter': return open.panel();
      case 'F2': return shift ? open.note() : open.panel();
      case 'Escape': cursor.drop(); return true;
      case 'Delete': marking.clear(); return true;
      case 'Backspace':
        if (shift) marking.back();
        else marking.clear();
        return true;
      case '.': marking.repeat(); return true;
      case '-': return this.done(() => 'absent');
      case '=': return this.done(() => 'not-taught');
      case '?': return open.keys();
      default: return false;
    }
  }

  /** The scales a key is for: those of the selection, else of the cell. */
  get scales() {
    const { cells } = this.cursor;
    return [...new Set(cells.map((cell) => this.sheet.scale(cell)))];
  }

  /** A digit is read from the key's place when the layout gives it another sign; Shift and a digit fills. */
  mark(key, code, shift) {
    if (key.length > 1) return false;
    const { scales, marking } = this;
    const letter = key.toLocaleUpperCase();
    const place = /^Digit\d$/.test(code) ? code[5] : null;
    const knows = (digit) => scales.some((scale) => scale.digits.has(digit));
    const spelt = scales.some((scale) => scale.codes.has(letter));
    if (shift && place) {
      if (knows(place)) marking.fill((scale) => scale.digits.get(place));
      else marking.none(place);
      return true;
    }
    const digit = /^\d$/.test(key) ? key : spelt ? null : place;
    // Before the digits: where a code begins with one (2b), the digit alone would mark another step (the second).
    if (scales.some((scale) => [...scale.codes.keys()].some((each) => each.length > 1 && each.startsWith(letter)))) return this.spell(letter);
    if (digit && knows(digit)) return this.done((scale) => scale.digits.get(digit));
    if (spelt) return this.done((scale) => scale.codes.get(letter));
    if (digit === '0') marking.clear();
    else marking.none(key);
    return true;
  }
  done(meaning) {
    this.marking.mark(meaning);
    return true;
  }

  /** Codes of several letters are typed and ended with Enter; the cell shows what has been typed so far. */
  spell(key) {
    if (key === 'Enter') {
      const { typed, scales } = this;
      this.forget();
      const meant = (scale) => scale.codes.get(typed) ?? scale.digits.get(typed);
      if (scales.some(meant)) this.marking.mark(meant);
      else this.marking.none(typed);
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
