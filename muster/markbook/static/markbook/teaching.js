/**
 * What the class was taught: said in a heading's menu, or offered after the first mark under a heading not yet taught.
 * It goes the way of the marks, so it can be said without a network.
 */
import { dayOf, say, shortDay } from '../pages/js/outbox-words.js';

const name = (head) => head.querySelector('a').textContent.trim();

export class Teaching {
  constructor({ section, sheet, box, cursor, sync, tell, offer }) {
    Object.assign(this, { sheet, box, cursor, sync, tell, offer });
    this.class = +section.dataset.class;
    this.offered = new Set();
    this.resume();
  }

  mine({ kind, target }) { return kind === 'taught' && target.class === this.class; }
  /** The heading of what an item says, undefined where it is of another class or page. */
  head(item) { return this.mine(item) ? this.sheet.heads.find(({ dataset }) => dataset.objective === `${item.target.objective}`) : undefined; }
  of({ dataset }) {
    const on = dataset.taught ?? '';
    return { on, day: on && shortDay(on), today: dayOf(this.box.now()) };
  }

  today() { this.say(this.cursor.c, dayOf(this.box.now())); }

  /** Column `c` was taught on a day, such as 2026-03-04; '' for not taught after all. */
  say(c, on) { this.tell(this.put(this.sheet.heads[c], on)); }

  /** The same for an undo or redo, from `now` to `then`: the sentence, or '' where the heading says another day since. */
  again(head, now, then, links) { return (head.dataset.taught ?? '') === now ? this.put(head, then, links) : ''; }

  /** `after` and `base` are the saying before on this tablet: this one is later, however slowly that one went. */
  put(head, on, links = {}) {
    const target = { class: this.class, objective: +head.dataset.objective };
    const own = [...this.box.items.values()].filter((item) => item.state !== 'refused' && this.head(item) === head).sort((a, b) => a.seq - b.seq).at(-1);
    const before = own?.state === 'waiting' ? { after: own.id } : { base: own?.version ?? null };
    this.box.add([{ kind: 'taught', target, value: { on: on || null }, from: head.dataset.taught ?? '', ...before, ...links }], this.sync);
    this.show(head, on);
    return on ? say('taughtOn', shortDay(on)) : say('notTaughtYet');
  }

  /**
   * After a mark under a heading that is not taught yet: ask once whether it was today. Where nothing of the page was
   * ever marked as taught, the school may not want to; then it is asked once a page.
   */
  untaught() {
    const { c } = this.cursor;
    const head = this.sheet.heads[c];
    const once = head.classList.contains('untaught') ? c : -1;
    if (head.dataset.taught || this.offered.has(once)) return;
    this.offered.add(once);
    this.offer('taught', say('offerTaught', name(head)), () => this.say(c, this.of(head).today));
  }

  /** The headings of one band: where anything of it is taught, the others are not yet. */
  band(head) {
    const c = this.sheet.heads.indexOf(head);
    let from = 0;
    for (const { colSpan } of this.sheet.table.querySelectorAll('.bands th[colspan]')) {
      if (c < from + colSpan) return this.sheet.heads.slice(from, from + colSpan);
      from += colSpan;
    }
    return this.sheet.heads;
  }

  show(head, on) {
    if (on) head.dataset.taught = on;
    else delete head.dataset.taught;
    head.querySelector('time')?.remove();
    if (on) head.append(Object.assign(document.createElement('time'), { dateTime: on, textContent: shortDay(on) }));
    const band = this.band(head);
    const used = band.some(({ dataset }) => dataset.taught);
    const columns = this.sheet.table.querySelectorAll('col');
    for (const each of band) {
      const { taught } = each.dataset;
      const link = each.querySelector('a');
      each.classList.toggle('untaught', used && !taught);
      columns[this.sheet.columns[this.sheet.heads.indexOf(each)]]?.classList.toggle('untaught', used && !taught);
      if (used) link.setAttribute('aria-label', `${name(each)}, ${taught ? say('taughtOn', shortDay(taught)) : say('notTaughtYet')}`);
      else link.removeAttribute('aria-label');
    }
    for (const row of this.sheet.rows) this.sheet.sum(row);
  }

  /** What waits, or was sent since this page was written. */
  resume() {
    const copied = document.documentElement.dataset.savedCopy;
    const written = copied ? Date.parse(copied) : performance.timeOrigin;
    for (const item of [...this.box.items.values()].sort((a, b) => a.seq - b.seq)) {
      if (this.mine(item) && (item.state === 'waiting' || item.sentAt > written)) this.heard({ added: [item] });
    }
  }

  heard({ added = [], settled = [] }) {
    for (const item of added) if (this.head(item)) this.show(this.head(item), item.value.on);
    for (const item of settled) if (item.state === 'refused') this.letGo(item);
  }

  /** It was not accepted: the heading says again what it said before. */
  letGo(item) {
    const head = this.head(item);
    if (head && (head.dataset.taught ?? '') === (item.value.on ?? '')) this.show(head, item.from);
  }

  named(item) {
    const head = this.head(item);
    return head ? `${name(head)}: ${item.value.on ? say('taughtOn', shortDay(item.value.on)) : say('notTaughtYet')}` : '';
  }
}
