/**
 * The markbook grid: joins the sheet the server wrote with keys, mouse and the outbox. What opens over the grid, the
 * clipboard, undo and the pile of papers come once the page rests, or when they are asked for: a mark needs none of them.
 */
import { outbox } from '../pages/js/outbox.js';
import { savedLine } from '../pages/js/outbox-line.js';
import { say } from '../pages/js/outbox-words.js';
import { Cursor, mouse } from './cursor.js';
import { Entry, shown } from './entry.js';
import { Keys } from './keys.js';
import { Marking } from './marking.js';
import { Sheet } from './sheet.js';

const section = document.querySelector('[data-markbook]');
if (section?.querySelector('table[role="grid"] th[data-objective]') && section.querySelector('tbody tr[data-pupil]')) start(section);

function start(section) {
  const { sync, account } = section.dataset;
  const status = section.querySelector('[data-status]');
  const focusLine = section.querySelector('[data-focus-line]');
  const offers = section.querySelector('[data-offer]');
  const groups = [...section.querySelectorAll('[data-palette] [data-scale]')];
  let speaking;
  /** One sentence for whoever listens; emptied first, or the same step twice would be said once. */
  const tell = (text) => {
    if (status.textContent) status.textContent = '';
    clearTimeout(speaking);
    speaking = setTimeout(() => { status.textContent = text; }, 120);
  };
  /** A button beside that sentence: something the reader may want to do next. One of a kind stands at a time. */
  const offer = (kind, label, act) => {
    withdraw(kind);
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'button quiet', textContent: label });
    button.dataset.offered = kind;
    button.addEventListener('click', () => {
      button.remove();
      cursor.holder.focus();
      act();
    });
    offers.append(button);
  };
  const withdraw = (kind) => offers.querySelector(`[data-offered="${kind}"]`)?.remove();

  const box = outbox(account);
  const sheet = new Sheet(section);
  let column = -1;
  let scale = groups.find((group) => !group.hidden)?.dataset.scale;
  const cursor = new Cursor(sheet, ({ r, c, cell }) => {
    if (c !== column) {
      if (focusLine) focusLine.textContent = sheet.heads[c].dataset.title;
      if (column >= 0) withdraw('taught');
      column = c;
      pile?.moved();
    }
    const own = (r < 0 ? null : cell.dataset.scale) ?? sheet.heads[c].dataset.scale;
    if (own === scale || !groups.some((group) => group.dataset.scale === own)) return;
    scale = own;
    for (const group of groups) group.hidden = group.dataset.scale !== scale;
  });
  const entry = new Entry(sheet, box, section.dataset, tell);
  const open = {
    panel: () => later('panels', (panels) => panels.panel()),
    note: () => later('panels', (panels) => panels.panel(true)),
    gaps: () => later('panels', (panels) => panels.gaps()),
    keys: () => later('panels', (panels) => panels.keys()),
    sort: () => later('panels', (panels) => panels.sort()),
    choose: (since) => later('panels', (panels) => panels.choose(since)),
    pile: () => later('pile', (made) => (pile = made).show()),
    undo: () => later('undo', (undo) => undo.again('undo')),
    redo: () => later('undo', (undo) => undo.again('redo')),
    untaught: () => teaching?.untaught(),
  };
  const parts = { section, sheet, cursor, entry, box, sync, tell, offer, open };
  const marking = new Marking(parts);
  let pile = null;
  let teaching = null; // Only where objectives are taught: neither in a practice class nor on the sheet of a snapshot.
  const teaches = !section.dataset.practice && !section.dataset.on;
  new Keys({ ...parts, marking });
  mouse(parts);
  savedLine(document.querySelector('[data-saved]'), box, {
    named: (item) => {
      const cell = sheet.find(item.target);
      if (!cell) return teaching?.named(item);
      const [r, c] = sheet.place(cell);
      return `${sheet.name(r)}, ${sheet.heads[c].querySelector('a').textContent.trim()}: ${item.value.text ?? sheet.word(shown(item.value))}`;
    },
    letGo: (item) => {
      entry.letGo(item);
      teaching?.letGo(item);
    },
  });

  const modules = {
    teaching: () => import('./teaching.js').then(({ Teaching }) => (teaching = new Teaching(parts))),
    panels: () => Promise.all([import('./panels.js'), teaches && later('teaching')]).then(([{ Panels }]) => new Panels({ ...parts, teaching })),
    undo: () => Promise.all([import('./undo.js'), teaches && later('teaching')]).then(([{ Undo }]) => new Undo({ ...parts, teaching })),
    clipboard: () => import('./clipboard.js').then(({ Clipboard }) => new Clipboard(parts)),
    pile: () => import('./pile.js').then(({ Pile }) => new Pile(parts)),
  };
  const loaded = {};
  /** Do something with a part of the page that comes later; without a network, and never fetched before, it says so. */
  function later(name, work = () => {}) {
    loaded[name] ??= modules[name]();
    return loaded[name].then(work, () => {
      delete loaded[name];
      tell(say('noNetwork'));
    });
  }

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
    ...open,
    'mark-all': () => cursor.column(),
    direction: () => marking.turn(),
    'taught-today': () => teaching.today(),
    'not-taught-after-all': () => teaching.say(cursor.c, ''),
  };
  /** Buttons leave the focus in the grid when pressed with a mouse, and keep it when pressed with a key. */
  const hold = (event) => { if (event.target.closest('[data-palette] button,[data-act]') && !event.target.closest('dialog,[data-pile-box]')) event.preventDefault(); };
  const pressed = (event) => {
    const button = event.target.closest('button');
    if (!button || button.disabled) return;
    const { step, state, act } = button.dataset;
    if (Object.hasOwn(acts, act)) {
      button.closest('dialog')?.close();
      acts[act]();
    } else if (button.closest('[data-palette]') && (step || state)) {
      if (state === 'clear') marking.clear();
      else marking.mark(sheet.scales.meaning(step ?? state));
      if (event.detail === 0) button.focus();
    }
    turned();
  };
  const turned = () => {
    for (const button of document.querySelectorAll('[data-act="direction"]')) {
      button.textContent = say(marking.across ? 'across' : 'down');
    }
  };
  document.addEventListener('paste', (event) => {
    if (!sheet.table.contains(document.activeElement)) return;
    event.preventDefault();
    const text = event.clipboardData.getData('text/plain');
    later('clipboard', (clipboard) => clipboard.paste(text));
  });
  section.addEventListener('mousedown', hold);
  section.addEventListener('click', pressed);
  turned();

  box.ready.then(() => {
    entry.resume(document.documentElement.hasAttribute('data-saved-copy'));
    box.listen((event) => {
      if (!event.added && !event.settled) return;
      entry.heard(event);
      teaching?.heard(event);
    });
    section.setAttribute('data-ready', '');
    for (const name of ['panels', 'clipboard', 'undo']) later(name);
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
