/**
 * Copy and paste: tab-separated cells, to and from a spreadsheet. What is not recognised is named, never guessed;
 * an empty cell in what is pasted leaves the mark as it is.
 */
import { say } from './words.js';

export class Clipboard {
  constructor({ sheet, cursor, entry, tell }) {
    Object.assign(this, { sheet, cursor, entry, tell });
    this.names = new Map();
    for (const [id, { letter, word }] of sheet.steps) this.names.set(plain(letter), id).set(plain(word), id);
    for (const state of ['absent', 'not-taught']) this.names.set(plain(sheet.letter(state)), state).set(plain(say(state)), state).set(state, state);
    document.addEventListener('copy', (event) => this.handle(event, () => this.copy()));
    document.addEventListener('paste', (event) => this.handle(event, () => this.paste(event.clipboardData.getData('text/plain'))));
  }

  handle(event, work) {
    if (!this.sheet.table.contains(document.activeElement) || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    const text = work();
    if (text !== undefined) event.clipboardData.setData('text/plain', text);
  }

  copy() {
    const [top, left, bottom, right] = this.cursor.area;
    const lines = [];
    for (let r = top; r <= bottom; r++) {
      const line = [];
      for (let c = left; c <= right; c++) line.push(this.sheet.letter(this.sheet.value(this.sheet.at(r, c))));
      lines.push(line.join('\t'));
    }
    this.tell(say('copied', (bottom - top + 1) * (right - left + 1)));
    return lines.join('\n');
  }

  paste(text) {
    const lines = text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n').map((line) => line.split('\t').map((each) => each.replace(/^"(.*)"$/s, '$1').trim()));
    const [top, left, bottom, right] = this.cursor.area;
    const one = lines.length === 1 && lines[0].length === 1;
    const changes = [];
    const unknown = [];
    let outside = 0;
    let refused = 0;
    const put = (r, c, said) => {
      if (!said) return;
      const value = this.names.get(plain(said));
      if (r > this.cursor.lastRow || c > this.cursor.lastColumn) outside += 1;
      else if (value === undefined) unknown.push(said);
      else if (this.sheet.locked(this.sheet.at(r, c))) refused += 1;
      else changes.push([this.sheet.at(r, c), value]);
    };
    if (one) for (let r = top; r <= bottom; r++) for (let c = left; c <= right; c++) put(r, c, lines[0][0]);
    else lines.forEach((line, r) => line.forEach((said, c) => put(top + r, left + c, said)));
    this.entry.set(changes);
    const names = [...new Set(unknown)].slice(0, 8).join(', ');
    this.tell([
      say('pasted', changes.length), unknown.length && say('unknown', unknown.length, names),
      refused && say('refused', refused), outside && say('outside', outside),
    ].filter(Boolean).join(' '));
  }
}

function plain(text = '') { return text.trim().toLocaleLowerCase(); }
