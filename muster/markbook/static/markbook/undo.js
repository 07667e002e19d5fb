/**
 * Undo and redo of one's own acts on this page, also after a reload.
 *
 * Nothing is kept for it: each item in the outbox says what its cell showed before, and what it undoes or redoes.
 * Putting back is a new change like any other. A cell changed since by someone else is left alone and counted.
 */
import { shown } from './entry.js';
import { say } from './words.js';

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
    if (!changed) this.skip(act, link);
    const text = [changed && say(done, changed), since && say('since', since)].filter(Boolean).join(' ');
    return { text, cell: changes[0]?.[0] };
  }

  /** Everything of this act has been changed since: step over it, or Ctrl+Z would be stuck on it. */
  skip(act) {
    for (const item of act) item.from = undefined;
  }
}
