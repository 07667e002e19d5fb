/**
 * The markbook grid: joins the sheet the server wrote with keys, mouse, clipboard, panels and the outbox.
 */
import { outbox } from '../pages/js/outbox.js';
import { savedLine } from '../pages/js/outbox-line.js';
import { Clipboard } from './clipboard.js';
import { Cursor, mouse } from './cursor.js';
import { Entry, Undo, shown } from './entry.js';
import { Keys } from './keys.js';
import { Marking } from './marking.js';
import { Panels } from './panels.js';
import { Sheet } from './sheet.js';
import { say } from './words.js';

const section = document.querySelector('[data-markbook]');
if (section?.querySelector('table[role="grid"] th[data-objective]') && section.querySelector('tbody tr[data-pupil]')) start(section);

function start(section) {
  const { sync, account } = section.dataset;
  const status = section.querySelector('[data-status]');
  const focusLine = section.querySelector('[data-focus-line]');
  let speaking;
  /** One sentence for whoever listens; emptied first, or the same step twice would be said once. */
  const tell = (text) => {
    if (status.textContent) status.textContent = '';
    clearTimeout(speaking);
    speaking = setTimeout(() => { status.textContent = text; }, 120);
  };

  const box = outbox(account);
  const sheet = new Sheet(section);
  let column = -1;
  const cursor = new Cursor(sheet, ({ r, c }) => {
    if (c !== column && focusLine) focusLine.textContent = sheet.heads[c].dataset.title;
    column = c;
  });
  const entry = new Entry(sheet, box, sync, tell);
  const undo = new Undo(sheet, box, entry);
  const marking = new Marking({ sheet, cursor, entry, undo, tell });
  const panels = new Panels(section, { sheet, cursor, entry, box, sync, tell });
  const parts = { sheet, cursor, entry, marking, tell, open: panels };
  new Keys(parts);
  mouse(parts);
  new Clipboard(parts);
  savedLine(document.querySelector('[data-saved]'), box, {
    named: (item) => {
      const cell = sheet.find(item.target);
      if (!cell) return '';
      const [r, c] = sheet.place(cell);
      const name = sheet.rows[r].cells[0].textContent.trim();
      return `${name}, ${sheet.heads[c].textContent.trim()}: ${item.value.text ?? sheet.word(shown(item.value))}`;
    },
    letGo: (item) => entry.letGo(item),
  });

  // One tab stop: links in the headings are reached through their menus, names through the cell's panel. The well
  // round the table needs none of its own, now that something in it can be reached.
  const links = () => {
    for (const link of sheet.table.querySelectorAll('th a')) link.tabIndex = sheet.narrow.matches ? 0 : -1;
  };
  links();
  sheet.narrow.addEventListener('change', links);
  sheet.table.parentNode.removeAttribute('tabindex');
  sheet.table.setAttribute('aria-multiselectable', 'true');
  cursor.stand(...begin());
  addEventListener('pagehide', () => sessionStorage.setItem(`muster-at ${location.pathname}`, `${cursor.r},${cursor.c}`));
  const idle = document.activeElement === document.body && !location.hash;
  if (idle && matchMedia('(pointer: fine)').matches && !sheet.narrow.matches) cursor.holder.focus({ preventScroll: true });

  const acts = {
    undo: () => marking.again('undo'),
    redo: () => marking.again('redo'),
    panel: () => panels.panel(),
    note: () => panels.panel(true),
    gaps: () => panels.gaps(),
    keys: () => panels.keys(),
    'mark-all': () => cursor.column(),
    sort: () => panels.sort(),
    direction: () => marking.turn(),
  };
  /** Buttons leave the focus in the grid when pressed with a mouse, and keep it when pressed with a key. */
  const hold = (event) => { if (event.target.closest('[data-palette] button,[data-act]') && !event.target.closest('dialog')) event.preventDefault(); };
  const pressed = (event) => {
    const button = event.target.closest('button');
    if (!button || button.disabled) return;
    const { step, state, act } = button.dataset;
    if (act in acts) {
      button.closest('dialog')?.close();
      acts[act]();
    } else if (button.closest('[data-palette]')) {
      if (step) marking.mark(step);
      else if (state === 'clear') marking.clear();
      else if (state) marking.mark(state);
      if (event.detail === 0) button.focus();
    }
    turned();
  };
  const turned = () => {
    for (const button of document.querySelectorAll('[data-act="direction"]')) {
      button.textContent = say(marking.across ? 'across' : 'down');
    }
  };
  section.addEventListener('mousedown', hold);
  for (const place of [section, panels.menu]) place?.addEventListener('click', pressed);
  turned();

  box.ready.then(() => {
    entry.resume(document.documentElement.hasAttribute('data-saved-copy'));
    box.listen((event) => { if (event.added || event.settled) entry.heard(event); });
    section.setAttribute('data-ready', '');
  });

  /** Where this tab last stood on this page; else the first blank of the first objective that is mostly blank. */
  function begin() {
    const last = sessionStorage.getItem(`muster-at ${location.pathname}`);
    if (last) return last.split(',').map(Number);
    for (let c = 0; c < sheet.heads.length; c++) {
      const open = sheet.column(c).map((cell, r) => (sheet.locked(cell) ? -1 : sheet.value(cell) ? -2 : r)).filter((r) => r !== -1);
      const blank = open.filter((r) => r >= 0);
      if (blank.length * 2 > open.length) return [blank[0], c];
    }
    return [0, 0];
  }
}
