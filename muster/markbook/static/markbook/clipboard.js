/**
 * Copy and paste: tab-separated cells, to and from a spreadsheet. What is not recognised is named, never guessed; an
 * empty cell in what is pasted leaves the mark as it is. A code or a word is read on the scale of the cell it falls on.
 */
import { say } from '../pages/js/outbox-words.js';
import { fold } from './fold.js';

export class Clipboard {
  constructor({ sheet, cursor, entry, tell, open }) {
    Object.assign(this, { sheet, cursor, entry, tell, open });
    this.names = new Map();
    document.addEventListener('copy', (event) => {
      if (!sheet.table.contains(document.activeElement)) return;
      event.preventDefault();
      event.clipboardData.setData('text/plain', this.copy());
    });
  }

  copy() {
    const [top, left, bottom, right] = this.cursor.area;
    const lines = [];
    for (let r = top; r <= bottom; r++) {
      const line = [];
      for (let c = left; c <= right; c++) line.push(this.sheet.scales.code(this.sheet.value(this.sheet.at(r, c))));
      lines.push(line.join('\t'));
    }
    this.tell(say('copied', (bottom - top + 1) * (right - left + 1)));
    return lines.join('\n');
  }

  /** What was said, as a value of that scale: its codes and its words, `ab`, `nt` and their words; else undefined. */
  meant(said, scale) {
    if (!this.names.has(scale)) this.names.set(scale, namesOf(scale, this.sheet.scales));
    const [exact, near] = this.names.get(scale);
    return exact.get(bare(said)) ?? near.get(fold(said));
  }

  paste(text) {
    const lines = rows(text);
    const [top, left, bottom, right] = this.cursor.area;
    const one = lines.length === 1 && lines[0].length === 1;
    const changes = [];
    const unknown = [];
    let outside = 0;
    let refused = 0;
    const put = (r, c, said) => {
      if (!said.trim()) return;
      if (r > this.cursor.lastRow || c > this.cursor.lastColumn) outside += 1;
      else {
        const cell = this.sheet.at(r, c);
        const value = this.meant(said, this.sheet.scale(cell));
        if (this.sheet.locked(cell)) refused += 1;
        else if (value === undefined) unknown.push(said.trim());
        else changes.push([cell, value]);
      }
    };
    if (one) for (let r = top; r <= bottom; r++) for (let c = left; c <= right; c++) put(r, c, lines[0][0]);
    else lines.forEach((line, r) => line.forEach((said, c) => put(top + r, left + c, said)));
    this.entry.set(changes);
    const kinds = [...new Set(unknown)];
    const names = kinds.slice(0, 8).join(', ') + (kinds.length > 8 ? ', …' : '');
    this.tell([
      say('pasted', changes.length), unknown.length && say('unknown', unknown.length, names),
      refused && say('refused', refused), outside && say('outside', outside),
    ].filter(Boolean).join(' '));
    if (changes.length) this.open.untaught();
  }
}

/** Text without case, but with its accents: codes of one scale differ in that at least. */
const bare = (text) => text.normalize().trim().toLocaleLowerCase();

/**
 * What the values of a scale are called, with their accents and without. A code goes before a word, and a name of two
 * values is one of neither: where É and E are codes each is itself, and È is not understood.
 */
function namesOf(scale, scales) {
  const steps = [...scale.steps];
  const states = ['absent', 'not-taught'].flatMap((state) => [scales.code(state), say(state), say(`${state}-short`)].map((name) => [name, state]));
  const called = [states, steps.map(([id, { word }]) => [word, id]), steps.map(([id, { letter }]) => [letter, id])];
  return [bare, fold].map((by) => new Map(called.flatMap((names) => [...apart(names, by)])));
}

function apart(names, by) {
  const found = new Map();
  for (const [name, value] of names) found.set(by(name), found.has(by(name)) && found.get(by(name)) !== value ? undefined : value);
  return found;
}

/** Rows and cells of what a spreadsheet puts on the clipboard; a cell with a line break or a tab comes in quotes. */
function rows(text) {
  const found = [[]];
  const cells = /(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/g;
  const plain = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  for (let match; (match = cells.exec(plain));) {
    found.at(-1).push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] === '\n') found.push([]);
    else if (!match[3]) break;
  }
  return found;
}
