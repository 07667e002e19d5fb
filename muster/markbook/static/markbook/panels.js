/**
 * What opens over the grid: the cell's panel, the gap list, the heading's menu and the key card.
 * The server writes the panels; closing any of them brings the focus back to the cell it came from.
 */
import { say } from './words.js';

export class Panels {
  constructor(section, { sheet, cursor, entry, box, sync, tell }) {
    Object.assign(this, { section, sheet, cursor, entry, box, sync, tell });
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

  panel(straightToNote = false) {
    const { cursor, sheet } = this;
    if (cursor.r < 0) return this.heading();
    const { cell } = cursor;
    if (!this.dialog || sheet.locked(cell)) return this.tell(say('locked'));
    const { pupil, objective } = sheet.target(cell);
    this.cell = cell;
    const address = this.section.dataset.cell.replace('{pupil}', pupil).replace('{objective}', objective);
    this.show(address, sheet.rows[cursor.r].cells[0].textContent.trim()).then(() => {
      if (straightToNote) this.dialog.querySelector('[data-note-form] textarea')?.focus();
    });
  }

  gaps() {
    const head = this.sheet.heads[this.cursor.c];
    if (this.dialog) this.show(this.section.dataset.gaps.replace('{objective}', head.dataset.objective), head.dataset.title);
    return true;
  }

  heading() {
    if (!this.menu) return;
    const head = this.sheet.heads[this.cursor.c];
    const title = this.menu.querySelector('[data-heading-title]');
    if (title) title.textContent = head.dataset.title;
    for (const link of this.menu.querySelectorAll('a[data-heading-link]')) {
      const part = link.dataset.headingLink;
      link.href = part ? part.replace('{objective}', head.dataset.objective) : head.querySelector('a').href;
    }
    this.menu.showModal();
  }

  keys() {
    if (!this.card) return false;
    this.card.showModal();
    return true;
  }

  /** A note goes the way of the marks: sealed into the outbox, sent when it can be. */
  submitted(event) {
    const form = event.target.closest('[data-note-form]');
    if (!form) return;
    event.preventDefault();
    const field = form.querySelector('textarea');
    const text = field.value.trim();
    if (!text) return field.focus();
    const base = this.cell.dataset.v ? +this.cell.dataset.v : null;
    this.box.add([{ kind: 'note', target: this.sheet.target(this.cell), value: { text }, base }], this.sync);
    this.sheet.sign(this.cell, 'note', true);
    this.dialog.close();
    this.tell(say('noteKept'));
  }

  settled(event) {
    const button = event.target.closest('[data-settle-step],[data-settle-state]');
    if (!button) return;
    event.preventDefault();
    const { settleStep, settleState } = button.dataset;
    this.entry.set([[this.cell, settleStep ?? (settleState === 'clear' ? '' : settleState)]], { force: true });
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
      const steps = [...sheet.steps.keys()];
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
