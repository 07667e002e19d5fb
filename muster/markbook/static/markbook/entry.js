/**
 * Marking: what one act does to the cells, and what becomes of it.
 *
 * The cell shows the mark first; then the outbox takes it; the network comes last and only corrects.
 */
import { say } from '../pages/js/outbox-words.js';
import { belongs } from './target.js';

const STATES = new Set(['absent', 'not-taught']);
const BLANK = new Set(['clear', 'put-back', 'earlier']);
const sent = (value) => (!value ? { state: 'clear' } : STATES.has(value) ? { state: value } : { step: +value });
export const shown = (said) => (!said || BLANK.has(said.state) ? '' : said.state ?? `${said.step}`);
const keyOf = ({ pupil, objective }) => `${pupil}:${objective}`;

export class Entry {
  /** `kind` is what its items are: `judgement`, or in a practice class `practice-judgement`. */
  constructor(sheet, box, { sync, kind = 'judgement' }, tell) {
    Object.assign(this, { sheet, box, sync, kind, tell });
    this.latest = new Map(); // The newest own item of each cell, by pupil and objective.
    this.before = new Map(); // What a cell showed before anything of this page was waiting.
    this.late = new Set();
  }

  /** The cells are another pupil's now. */
  forget() {
    this.latest.clear();
    this.before.clear();
  }

  /** Whether an item is a mark of this kind of page; those of a practice class, or of another day, are no others'. */
  mine(item) { return item.kind === this.kind && belongs(item.target, this.sheet.besides); }

  /**
   * Set cells to values, as one act. Cells that already show their value are left out unless `force`. A third part of
   * a change is what `under` said: a cell made blank by taking a mark back has again what it had before it.
   * Returns how many changed and how many of those held another value.
   */
  set(changes, { undoes = null, redoes = null, force = false } = {}) {
    const items = [];
    let replaced = 0;
    for (const [cell, value, back] of changes) {
      const from = this.sheet.value(cell);
      if (this.sheet.locked(cell) || (from === value && !force && !cell.classList.contains('two'))) continue;
      if (from) replaced += 1;
      const target = this.sheet.target(cell);
      const own = this.latest.get(keyOf(target));
      const base = cell.dataset.v ? +cell.dataset.v : null;
      const said = back ? { state: 'put-back', ...back } : sent(value);
      const faint = this.sheet.faint?.(cell);
      items.push({ kind: this.kind, target, value: said, base, from, faint, undoes, redoes, after: own?.state === 'waiting' ? own.id : null });
      this.paint(cell, value, target, back?.face);
    }
    if (items.length) for (const item of this.box.add(items, this.sync)) this.latest.set(keyOf(item.target), item);
    return { changed: items.length, replaced };
  }

  /**
   * What stood in a blank cell before an own mark, as what is to be put back: the row that was its last, and the faint
   * letter it showed. Undefined where it was empty or cleared, and in a practice class, whose marks lie over the real ones.
   */
  under({ from, after, base, faint }) {
    const over = after ? this.box.items.get(after)?.value.over : base;
    return from || !over || this.kind !== 'judgement' ? undefined : { over, face: faint ?? '' };
  }

  /** The same for the mark that a cell shows, where it is one's own. */
  stood(cell) {
    const own = this.latest.get(keyOf(this.sheet.target(cell)));
    return own && shown(own.value) === this.sheet.value(cell) ? this.under(own) : undefined;
  }

  paint(cell, value, target, faint) {
    const key = keyOf(target);
    if (!this.before.has(key)) this.before.set(key, this.sheet.value(cell));
    cell.classList.remove('bad');
    cell.classList.add('wait');
    this.sheet.show(cell, value, faint);
    this.sumLater(cell);
  }

  /** Row totals wait until the keys rest: a frame spent on them is a frame the next mark waits for. */
  sumLater(cell) {
    this.late.add(cell.closest('tr') ?? cell);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      for (const row of this.late) this.sheet.sum(row);
      this.late.clear();
    }, 120);
  }

  /** The newest own item of a cell still stands: nobody has changed the cell since. */
  stands(cell, value) {
    const own = this.latest.get(keyOf(this.sheet.target(cell)));
    return this.sheet.value(cell) === value && own && (own.state === 'waiting' || +cell.dataset.v === own.version);
  }

  /** After a reload: show again what still waits, what was refused, and what was sent since this page was written. */
  resume(savedCopy) {
    for (const item of [...this.box.items.values()].sort((a, b) => a.seq - b.seq)) {
      if (item.kind === 'note') this.noted(item);
      if (!this.mine(item)) continue;
      const cell = this.sheet.find(item.target);
      if (!cell || this.sheet.locked(cell)) continue;
      if (item.state !== 'refused') this.latest.set(keyOf(item.target), item);
      if (item.state === 'waiting') this.paint(cell, shown(item.value), item.target, item.value.face);
      else if (item.state === 'refused') this.refuse(cell, item);
      else if ((savedCopy || item.sentAt > performance.timeOrigin) && item.version > +(cell.dataset.v ?? 0)) this.accept(cell, item);
    }
  }

  /** Other tabs' marks, and the school's answers. */
  heard({ added = [], settled = [] }) {
    for (const item of added) {
      if (item.kind === 'note') this.noted(item);
      const cell = this.mine(item) && this.sheet.find(item.target);
      if (!cell || this.latest.get(keyOf(item.target))?.seq >= item.seq) continue;
      this.latest.set(keyOf(item.target), item);
      this.paint(cell, shown(item.value), item.target, item.value.face);
    }
    let both = 0;
    for (const item of settled) {
      const cell = this.mine(item) && this.sheet.find(item.target);
      if (!cell) continue;
      const own = this.latest.get(keyOf(item.target));
      if (own?.id === item.id) this.latest.set(keyOf(item.target), item);
      if (item.state === 'refused') {
        if (own?.id === item.id) this.refuse(cell, item);
      } else {
        cell.dataset.v = item.version;
        if (own?.id === item.id) this.accept(cell, item);
        else this.before.set(keyOf(item.target), shown(item.shown ?? item.value));
        if (item.two && item.undoes) both += 1;
      }
    }
    if (both) this.tell(say('both', both));
  }

  accept(cell, item) {
    cell.dataset.v = item.version;
    const value = item.shown === undefined ? shown(item.value) : shown(item.shown);
    cell.classList.remove('wait', 'bad');
    cell.classList.toggle('two', item.two);
    this.before.delete(keyOf(item.target));
    const faint = (item.shown?.state === 'earlier' && item.value.face) || '';
    if (value === this.sheet.value(cell) && faint === (this.sheet.faint?.(cell) ?? '')) this.sheet.spell(cell);
    else {
      this.sheet.show(cell, value, faint);
      this.sumLater(cell);
    }
  }

  refuse(cell, item) {
    const key = keyOf(item.target);
    if (!this.before.has(key)) this.before.set(key, this.sheet.value(cell));
    this.sheet.show(cell, shown(item.value));
    cell.classList.remove('wait');
    this.sheet.sign(cell, 'bad', true);
  }

  /** A refused mark was let go: the cell shows again what the school holds. */
  letGo(item) {
    const cell = this.mine(item) && this.sheet.find(item.target);
    if (!cell || !cell.classList.contains('bad')) return;
    cell.classList.remove('bad');
    const value = this.before.get(keyOf(item.target)) ?? '';
    this.sheet.show(cell, value, value ? '' : item.faint);
    this.before.delete(keyOf(item.target));
    this.sumLater(cell);
  }

  noted(item) {
    const cell = this.sheet.find(item.target);
    if (cell && item.state !== 'refused') this.sheet.sign(cell, 'note', true);
  }
}
