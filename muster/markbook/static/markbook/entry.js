/**
 * Marking: what one act does to the cells, and what becomes of it.
 *
 * The cell shows the mark first; then the outbox takes it; the network comes last and only corrects.
 */
import { say } from './words.js';

const STATES = new Set(['absent', 'not-taught']);
const sent = (value) => (!value ? { state: 'clear' } : STATES.has(value) ? { state: value } : { step: +value });
export const shown = (said) => (!said || said.state === 'clear' ? '' : said.state ?? `${said.step}`);
const keyOf = ({ pupil, objective }) => `${pupil}:${objective}`;

export class Entry {
  constructor(sheet, box, sync, tell) {
    Object.assign(this, { sheet, box, sync, tell });
    this.latest = new Map(); // The newest own item of each cell, by pupil and objective.
    this.before = new Map(); // What a cell showed before anything of this page was waiting.
    this.late = new Set();
  }

  /**
   * Set cells to values, as one act. Cells that already show their value are left out unless `force`.
   * Returns how many changed and how many of those held another value.
   */
  set(changes, { undoes = null, redoes = null, force = false } = {}) {
    const items = [];
    let replaced = 0;
    for (const [cell, value] of changes) {
      const from = this.sheet.value(cell);
      if (this.sheet.locked(cell) || (from === value && !force && !cell.classList.contains('two'))) continue;
      if (from) replaced += 1;
      const target = this.sheet.target(cell);
      const own = this.latest.get(keyOf(target));
      const base = cell.dataset.v ? +cell.dataset.v : null;
      items.push({ kind: 'judgement', target, value: sent(value), base, from, undoes, redoes, after: own?.state === 'waiting' ? own.id : null });
      this.paint(cell, value, target);
    }
    if (items.length) for (const item of this.box.add(items, this.sync)) this.latest.set(keyOf(item.target), item);
    return { changed: items.length, replaced };
  }

  paint(cell, value, target) {
    const key = keyOf(target);
    if (!this.before.has(key)) this.before.set(key, this.sheet.value(cell));
    cell.classList.remove('bad');
    cell.classList.add('wait');
    this.sheet.show(cell, value);
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
      if (item.kind !== 'judgement') continue;
      const cell = this.sheet.find(item.target);
      if (!cell || this.sheet.locked(cell)) continue;
      if (item.state !== 'refused') this.latest.set(keyOf(item.target), item);
      if (item.state === 'waiting') this.paint(cell, shown(item.value), item.target);
      else if (item.state === 'refused') this.refuse(cell, item);
      else if ((savedCopy || item.sentAt > performance.timeOrigin) && item.version > +(cell.dataset.v ?? 0)) this.accept(cell, item);
    }
  }

  /** Other tabs' marks, and the school's answers. */
  heard({ added = [], settled = [] }) {
    for (const item of added) {
      if (item.kind === 'note') this.noted(item);
      const cell = item.kind === 'judgement' && this.sheet.find(item.target);
      if (!cell || this.latest.get(keyOf(item.target))?.seq >= item.seq) continue;
      this.latest.set(keyOf(item.target), item);
      this.paint(cell, shown(item.value), item.target);
    }
    let both = 0;
    for (const item of settled) {
      const cell = item.kind === 'judgement' && this.sheet.find(item.target);
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
    if (value === this.sheet.value(cell) && !cell.classList.contains('faint')) this.sheet.name(cell);
    else {
      this.sheet.show(cell, value);
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
    const cell = item.kind === 'judgement' && this.sheet.find(item.target);
    if (!cell || !cell.classList.contains('bad')) return;
    cell.classList.remove('bad');
    this.sheet.show(cell, this.before.get(keyOf(item.target)) ?? '');
    this.before.delete(keyOf(item.target));
    this.sumLater(cell);
  }

  noted(item) {
    const cell = this.sheet.find(item.target);
    if (cell && item.state !== 'refused') this.sheet.sign(cell, 'note', true);
  }
}

/**
 * Undo and redo of one's own acts on this page, also after a reload.
 *
 * Nothing is kept for it: each item in the outbox says what its cell showed before, and what it undoes or redoes.
 * Putting back is a new change like any other. A cell changed since by someone else is left alone and counted.
 */
export class Undo {
  constructor(sheet, box, entry) { Object.assign(this, { sheet, box, entry }); }

  /** Own acts that stand and own acts undone, oldest first, of those with every cell on this page. */
  acts() {
    const acts = new Map();
    for (const item of [...this.box.items.values()].sort((a, b) => a.seq - b.seq)) {
      if (item.kind !== 'judgement' || item.state === 'refused' || item.from === undefined) continue;
      if (!acts.has(item.act)) acts.set(item.act, []);
      acts.get(item.act).push(item);
    }
    const standing = [];
    const undone = [];
    const take = (list, act) => list.splice(list.findIndex((items) => items[0].act === act) >>> 0, 1)[0];
    for (const items of acts.values()) {
      const [{ undoes, redoes }] = items;
      if (undoes) {
        const act = take(standing, undoes);
        if (act) undone.push(act);
        continue;
      }
      if (redoes) take(undone, redoes);
      else undone.length = 0;
      standing.push(items);
    }
    const here = (items) => items.every((item) => this.sheet.find(item.target));
    return { standing: standing.filter(here), undone: undone.filter(here) };
  }

  undo() { return this.turn(this.acts().standing.at(-1), 'undoes', 'undone', 'noUndo'); }
  redo() { return this.turn(this.acts().undone.at(-1), 'redoes', 'redone', 'noRedo'); }

  turn(act, link, done, none) {
    if (!act) return { text: say(none) };
    const changes = [];
    for (const item of act) {
      const cell = this.sheet.find(item.target);
      const [now, then] = link === 'undoes' ? [shown(item.value), item.from] : [item.from, shown(item.value)];
      if (this.entry.stands(cell, now)) changes.push([cell, then]);
    }
    const since = act.length - changes.length;
    const { changed } = this.entry.set(changes, { [link]: act[0].act, force: true });
    // All of it changed since: step over this act, or Ctrl+Z would be stuck on it.
    if (!changed) for (const item of act) item.from = undefined;
    const text = [changed && say(done, changed), since && say('since', since)].filter(Boolean).join(' ');
    return { text, cell: changes[0]?.[0] };
  }
}
