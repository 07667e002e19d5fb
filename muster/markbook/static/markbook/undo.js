import { say } from '../pages/js/outbox-words.js';
import { shown } from './entry.js';

/**
 * Undo and redo of one's own acts on this page, also after a reload.
 *
 * Nothing is kept for it: each item in the outbox says what its place showed before, and what it undoes or redoes.
 * Putting back is a new change like any other; where a cell was blank, what it held from before is put back with it. A cell changed since by someone else is left alone, counted, and handed
 * back for its person to choose. What was said to be taught stands in the same row of acts as marks do.
 */
export class Undo {
  constructor({ sheet, box, entry, teaching, cursor, tell, offer, open }) { Object.assign(this, { sheet, box, entry, teaching, cursor, tell, offer, open }); }

  /** Where an item of one's own stands on this page: a cell, or the heading of what was said to be taught. */
  place(item) { return this.entry.mine(item) ? this.sheet.find(item.target) : this.teaching?.head(item); }

  /** Own acts that stand and own acts undone, oldest first, of those with every cell on this page. */
  acts() {
    const acts = new Map();
    for (const item of [...this.box.items.values()].sort((a, b) => a.seq - b.seq)) {
      if (item.state === 'refused' || item.from === undefined || !(this.entry.mine(item) || this.teaching?.mine(item))) continue;
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
    const here = (items) => items.every((item) => this.place(item));
    return { standing: standing.filter(here), undone: undone.filter(here) };
  }

  undo() { return this.turn(this.acts().standing.at(-1), 'undoes', 'undone', 'noUndo'); }
  redo() { return this.turn(this.acts().undone.at(-1), 'redoes', 'redone', 'noRedo'); }

  /** Returns the sentence to say, a cell to stand on, and `since`: cells left alone, each with what it would have had. */
  turn(act, link, done, none) {
    if (!act) return { text: say(none), since: [] };
    if (this.teaching?.mine(act[0])) return this.turnTeaching(act[0], link);
    const changes = [];
    const since = [];
    for (const item of act) {
      const cell = this.sheet.find(item.target);
      const { over, face } = item.value;
      const change = link === 'undoes' ? [item.from, this.entry.under(item)] : [shown(item.value), over && { over, face }];
      const now = link === 'undoes' ? shown(item.value) : item.from;
      (this.entry.stands(cell, now) ? changes : since).push([cell, ...change]);
    }
    const { changed } = this.entry.set(changes, { [link]: act[0].act, force: true });
    // All of it changed since: step over this act, or Ctrl+Z would be stuck on it.
    if (!changed) for (const item of act) item.from = undefined;
    const text = [changed && say(done, changed), since.length && say('since', since.length)].filter(Boolean).join(' ');
    return { text, since, cell: (changes[0] ?? since[0])?.[0] };
  }

  /** The day of teaching goes back to what its heading said before, unless somebody has said another since. */
  turnTeaching(item, link) {
    const head = this.place(item);
    const [now, then] = link === 'undoes' ? [item.value.on ?? '', item.from] : [item.from, item.value.on ?? ''];
    const text = this.teaching.again(head, now, then, { [link]: item.act });
    if (!text) item.from = undefined;
    return { text: text || say('since', 1), since: [], cell: head };
  }

  /** On the grid: say what became of it, stand on its first cell, and offer what somebody else changed for a choice. */
  again(which) {
    const { text, cell, since } = this[which]();
    if (cell) this.cursor.go(...this.sheet.place(cell));
    this.tell(text);
    if (since.length) this.offer('since', say('choose'), () => this.open.choose(since));
  }
}
