/**
 * What the class was taught: said in a heading's menu, or offered after the first mark under a heading not yet taught.
 * It goes the way of the marks, so it can be said without a network.
 */
import { dayOf, say, shortDay } from '../pages/js/outbox-words.js';

export class Teaching {
  constructor({ section, sheet, box, cursor, sync, tell, offer }) {
    Object.assign(this, { sheet, box, cursor, sync, tell, offer });
    this.class = +section.dataset.class;
    this.offered = new Set();
  }

  mine({ kind, target }) { return kind === 'taught' && target.class === this.class; }
  head({ target }) { return this.sheet.heads.find(({ dataset }) => dataset.objective === `${target.objective}`); }
  of({ dataset }) {
    const on = dataset.taught ?? '';
    return { on, day: on && shortDay(on), today: dayOf(this.box.now()) };
  }

  /** Column `c` was taught on a day, such as 2026-03-04; '' for not taught after all. */
  say(c, on) {
    const head = this.sheet.heads[c];
    const was = head.dataset.taught ?? null;
    const target = { class: this.class, objective: +head.dataset.objective };
    this.box.add([{ kind: 'taught', target, value: { on: on || null }, was }], this.sync);
    this.show(head, on);
    this.tell(on ? say('taughtOn', shortDay(on)) : say('notTaughtYet'));
  }

  /** After a mark: under a heading that is not taught yet, ask once whether it was today. */
  untaught() {
    const { c } = this.cursor;
    const head = this.sheet.heads[c];
    if (!head.classList.contains('untaught') || this.offered.has(c)) return;
    this.offered.add(c);
    this.offer('taught', say('offerTaught', head.querySelector('a').textContent.trim()), () => this.say(c, dayOf(this.box.now())));
  }

  show(head, on) {
    head.classList.toggle('untaught', !on);
    if (on) head.dataset.taught = on;
    else delete head.dataset.taught;
    let day = head.querySelector('time');
    if (on && !day) head.append((day = document.createElement('time')));
    if (on) {
      day.dateTime = on;
      day.textContent = shortDay(on);
    } else day?.remove();
    const link = head.querySelector('a');
    link.removeAttribute('aria-label');
    if (on) link.setAttribute('aria-label', `${link.textContent.trim()}, ${say('taughtOn', shortDay(on))}`);
    for (const row of this.sheet.rows) this.sheet.sum(row);
  }

  /** What waits, or was sent since this page was written. */
  resume() {
    for (const item of [...this.box.items.values()].sort((a, b) => a.seq - b.seq)) {
      if (this.mine(item) && (item.state === 'waiting' || item.sentAt > performance.timeOrigin)) this.heard({ added: [item] });
    }
  }

  heard({ added = [], settled = [] }) {
    for (const item of added) if (this.mine(item) && this.head(item)) this.show(this.head(item), item.value.on);
    for (const item of settled) if (item.state === 'refused') this.letGo(item);
  }

  /** It was not accepted: the heading says again what it said before. */
  letGo(item) {
    const head = this.mine(item) && this.head(item);
    if (head && (head.dataset.taught ?? null) === item.value.on) this.show(head, item.was);
  }

  named(item) {
    const head = this.mine(item) && this.head(item);
    return head ? `${head.querySelector('a').textContent.trim()}: ${item.value.on ? say('taughtOn', shortDay(item.value.on)) : say('notTaughtYet')}` : '';
  }
}
