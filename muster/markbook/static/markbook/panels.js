/**
 * What opens over the grid: the cell's panel, the gap list, the heading's menu and the key card.
 * The server writes the panels; closing any of them brings the focus back to the cell it came from.
 */
import { say } from '../pages/js/outbox-words.js';

export class Panels {
  constructor({ section, sheet, cursor, entry, box, teaching, tell, offer }) {
    Object.assign(this, { section, sheet, cursor, entry, box, teaching, tell, offer });
    this.dialog = document.querySelector('dialog[data-cell-panel]');
    this.menu = document.querySelector('dialog[data-heading-menu]');
    this.card = document.querySelector('dialog[data-key-card]');
    for (const dialog of [this.dialog, this.menu, this.card]) {
      dialog?.addEventListener('click', (event) => {
        if (event.target === dialog || event.target.closest('[data-close]')) dialog.close();
      });
      dialog?.addEventListener('close', () => this.cursor.holder.focus());
    }
    this.dialog?.addEventListener('submit', (event) => this.submitted(event));
    this.menu?.addEventListener('submit', (event) => this.dated(event));
    this.dialog?.addEventListener('click', (event) => this.settled(event));
  }

  /** Fetch a piece of page into the dialog; false when the dialog could not be filled. */
  async show(address, title) {
    const place = this.dialog.querySelector('[data-panel-body]');
    const heading = this.dialog.querySelector('[data-panel-title]');
    place.textContent = '…';
    heading.textContent = title;
    if (!this.dialog.open) this.dialog.showModal();
    try {
      const response = await fetch(address, { credentials: 'same-origin', headers: { 'X-Requested-With': 'fetch' } });
      if (!response.ok || response.redirected) throw response;
      place.innerHTML = await response.text();
      const own = place.querySelector('h2');
      if (own) heading.textContent = own.textContent;
      own?.remove();
      return true;
    } catch {
      const spare = document.querySelector('template[data-panel-offline]');
      place.textContent = say('noNetwork');
      if (spare) place.append(spare.content.cloneNode(true));
      return false;
    }
  }

  async panel(straightToNote = false) {
    const { cursor, sheet, section } = this;
    if (cursor.r < 0) return this.heading();
    const { cell } = cursor;
    if (sheet.locked(cell)) return this.tell(say('locked'));
    if (!section.dataset.cell) return this.tell(say('noPanel'));
    const { pupil, objective } = sheet.target(cell);
    this.cell = cell;
    await this.show(section.dataset.cell.replace('{pupil}', pupil).replace('{objective}', objective), sheet.name(cursor.r));
    if (straightToNote) this.dialog.querySelector('[data-note-form] textarea')?.focus();
  }

  gaps() {
    const head = this.sheet.heads[this.cursor.c];
    const { gaps } = this.section.dataset;
    if (gaps) this.show(gaps.replace('{objective}', head.dataset.objective), head.dataset.title);
    else this.tell(say('noPanel'));
  }

  heading() {
    if (!this.menu) return;
    const head = this.sheet.heads[this.cursor.c];
    this.menu.querySelector('[data-heading-title]').textContent = head.dataset.title;
    for (const link of this.menu.querySelectorAll('a[data-heading-link]')) {
      const part = link.dataset.headingLink;
      link.href = part ? part.replace('{objective}', head.dataset.objective) : head.querySelector('a').href;
    }
    const part = this.teaching && this.menu.querySelector('[data-teaching]');
    if (part) {
      const { on, day, today } = this.teaching.of(head);
      part.querySelector('[data-taught]').textContent = on ? say('taughtOn', day) : say('notTaughtYet');
      part.querySelector('[data-act="not-taught-after-all"]').hidden = !on;
      part.querySelector('[data-act="taught-today"]').hidden = on === today;
      const field = part.querySelector('[type="date"]');
      field.max = today;
      field.value = on || today;
    }
    this.menu.querySelector('[data-act="sort"]').setAttribute('aria-pressed', String(this.sortedBy === this.cursor.c));
    this.menu.showModal();
  }

  /** The day of teaching chosen in the heading's menu. */
  dated(event) {
    const form = event.target.closest('[data-taught-form]');
    if (!form) return;
    event.preventDefault();
    this.menu.close();
    this.teaching.say(this.cursor.c, form.querySelector('[type="date"]').value);
  }

  /** Cells an undo left alone, because somebody else had changed them: one at a time, both marks to choose from. */
  async choose(since) {
    const [[cell, then, back], ...rest] = since;
    const { cursor, sheet } = this;
    cursor.go(...sheet.place(cell));
    await this.panel();
    const button = (name, value, look) => {
      const made = Object.assign(document.createElement('button'), { type: 'button', className: `button${look}`, textContent: say(name, sheet.word(value)) });
      made.dataset[sheet.scales.steps.has(value) ? 'settleStep' : 'settleState'] = value || 'clear';
      return made;
    };
    const told = document.createElement('p');
    told.textContent = say('chooseOne', sheet.word(sheet.value(cell)), sheet.word(then));
    const buttons = Object.assign(document.createElement('p'), { className: 'buttons' });
    buttons.append(button('keepThis', sheet.value(cell), ''), button('putBack', then, ' quiet'));
    if (back) Object.assign(buttons.lastChild.dataset, back);
    const banner = Object.assign(document.createElement('div'), { className: 'banner warn' });
    banner.append(told, buttons);
    this.dialog.querySelector('[data-panel-body]').prepend(banner);
    buttons.firstChild.focus();
    if (rest.length) this.dialog.addEventListener('close', () => this.offer('since', say('choose'), () => this.choose(rest)), { once: true });
  }

  keys() {
    this.card?.showModal();
  }

  /** A note goes the way of the marks: sealed into the outbox, sent when it can be. */
  submitted(event) {
    const form = event.target.closest('[data-note-form]');
    if (!form) return;
    event.preventDefault();
    const field = form.querySelector('textarea');
    const text = field.value.trim();
    if (!text) return field.focus();
    if (form.querySelector('[type="file"]')?.files.length) return this.withPicture(form);
    const base = this.cell.dataset.v ? +this.cell.dataset.v : null;
    this.box.add([{ kind: 'note', target: this.sheet.target(this.cell), value: { text }, base }], this.entry.sync);
    this.sheet.sign(this.cell, 'note', true);
    this.dialog.close();
    this.tell(say('noteKept'));
  }

  /** A picture is sent at once, with its note, or not at all. */
  async withPicture(form) {
    const { send } = await import('./pictures.js').catch(() => ({ send: null }));
    const kept = await send?.(form, this.dialog.querySelector('[data-panel-body]'));
    if (kept) {
      this.sheet.sign(this.cell, 'note', true);
      this.tell(say('noteKept'));
    } else if (!send) form.querySelector('[data-problem]').textContent = form.dataset.unsent;
  }

  settled(event) {
    const button = event.target.closest('[data-settle-step],[data-settle-state]');
    if (!button) return;
    event.preventDefault();
    const { settleStep, settleState, over, face } = button.dataset;
    const value = settleStep ?? (settleState === 'clear' ? '' : settleState);
    this.entry.set([[this.cell, value, over && { over: +over, face }]], { force: true });
    this.dialog.close();
  }

  /** Rows in the order of a column's marks, highest step first, blanks last; again: back in the order of the list. */
  sort() {
    const { sheet, cursor } = this;
    const c = cursor.c;
    const body = sheet.rows[0].parentNode;
    this.listed ??= [...sheet.rows];
    let rows = this.listed;
    if (this.sortedBy === c) this.sortedBy = null;
    else {
      const steps = [...sheet.scales.steps.keys()];
      const rank = (row) => steps.indexOf(sheet.value(row.cells[sheet.columns[c]]));
      rows = [...rows].sort((a, b) => rank(b) - rank(a));
      this.sortedBy = c;
    }
    body.append(...rows);
    sheet.number();
    cursor.drop();
    cursor.stand(-1, c);
    this.tell(this.sortedBy === null ? say('byName') : say('sorted', sheet.heads[c].dataset.title));
  }
}
