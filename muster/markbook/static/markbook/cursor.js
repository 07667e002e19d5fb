/**
 * Where the reader is in the sheet, and what is selected.
 *
 * One cell or heading holds the only tab stop. A selection is a block of cells; without one, the cell itself is meant.
 */
export class Cursor {
  constructor(sheet, moved) {
    this.sheet = sheet;
    this.moved = moved;
    this.r = 0;
    this.c = 0;
    this.selected = new Set();
    this.holder = null;
  }

  get cell() { return this.sheet.at(this.r, this.c); }
  get lastRow() { return this.sheet.rows.length - 1; }
  get lastColumn() { return this.sheet.columns.length - 1; }

  /** Stand on a cell without taking the focus. */
  stand(r, c) {
    this.r = Math.max(-1, Math.min(r, this.lastRow));
    this.c = Math.max(0, Math.min(c, this.lastColumn));
    if (this.holder) this.holder.tabIndex = -1;
    this.holder = this.cell;
    this.holder.tabIndex = 0;
    this.moved(this);
  }

  /** Go to a cell; `extend` draws the selection from where it began to there. */
  go(r, c, extend = false) {
    if (extend) {
      this.anchor ??= [Math.max(this.r, 0), this.c];
      this.stand(Math.max(r, 0), c);
      this.select(...this.anchor, this.r, this.c);
    } else {
      this.drop();
      this.stand(r, c);
    }
    this.holder.focus();
  }

  /** From a cell on in one direction, the first that can be marked; a heading always counts. Null where none is left. */
  seek(r, c, down, right) {
    for (; r <= this.lastRow && c >= 0 && c <= this.lastColumn; r += down, c += right) {
      if (r < 0) return [-1, c];
      if (!this.sheet.locked(this.sheet.at(r, c))) return [r, c];
    }
    return null;
  }

  select(r1, c1, r2, c2) {
    const chosen = new Set();
    for (let r = Math.min(r1, r2); r <= Math.max(r1, r2); r++) {
      for (let c = Math.min(c1, c2); c <= Math.max(c1, c2); c++) chosen.add(this.sheet.at(r, c));
    }
    for (const cell of this.selected) if (!chosen.has(cell)) cell.removeAttribute('aria-selected');
    for (const cell of chosen) if (!this.selected.has(cell)) cell.setAttribute('aria-selected', 'true');
    this.selected = chosen;
    this.block = [Math.min(r1, r2), Math.min(c1, c2), Math.max(r1, r2), Math.max(c1, c2)];
  }

  drop() {
    this.anchor = null;
    for (const cell of this.selected) cell.removeAttribute('aria-selected');
    this.selected = new Set();
  }

  all() { this.from(0, 0, this.lastRow, this.lastColumn); }
  column(c = this.c) { this.from(0, c, this.lastRow, c); }
  row(r = Math.max(this.r, 0)) { this.from(r, 0, r, this.lastColumn); }
  from(r1, c1, r2, c2) {
    this.anchor = [r1, c1];
    this.select(r1, c1, r2, c2);
  }

  /** The selection as a block [top, left, bottom, right]; on a heading its column; else the one cell. */
  get area() {
    if (this.selected.size) return this.block;
    return this.r < 0 ? [0, this.c, this.lastRow, this.c] : [this.r, this.c, this.r, this.c];
  }
  get cells() {
    if (this.selected.size) return [...this.selected];
    return this.r < 0 ? this.sheet.column(this.c) : [this.cell];
  }
  get several() { return this.selected.size > 0 || this.r < 0; }
}

/** How many pixels a hand may move without dragging. */
const HAND = 4;

/**
 * The mouse: click, Shift+click and drag select; a click on a heading selects its column, beside a name the row, on the
 * corner everything.
 */
export function mouse({ sheet, cursor, open }) {
  const { table } = sheet;
  let dragging = false;
  let pressed = null; // Where the button went down.
  const under = (event) => {
    const cell = event.target.closest('td');
    if (!cell || cell.hasAttribute('data-sum')) return null;
    const [r, c] = sheet.place(cell);
    return r === undefined || c < 0 ? null : [r, c];
  };
  table.addEventListener('mousedown', (event) => {
    if (event.button || sheet.narrow.matches) return;
    const head = event.target.closest('th');
    const place = head ? null : under(event);
    if (!place) {
      if (event.target.closest('th[data-objective]')) event.preventDefault();
      return;
    }
    event.preventDefault(); // Or the browser would select text and put the focus elsewhere.
    cursor.go(...place, event.shiftKey);
    if (!event.shiftKey) cursor.anchor = place;
    dragging = true;
    pressed = event;
  });
  table.addEventListener('mouseover', (event) => {
    if (!dragging) return;
    if (!event.buttons) dragging = false;
    // The page may move under a hand that holds still, as where the words of another scale take more room.
    else if (Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) >= HAND) {
      const place = under(event);
      if (place && (place[0] !== cursor.r || place[1] !== cursor.c)) cursor.go(...place, true);
    }
  });
  addEventListener('mouseup', () => { dragging = false; });
  table.addEventListener('click', (event) => {
    const head = event.target.closest('th');
    if (!head || event.ctrlKey || event.metaKey || sheet.narrow.matches) return;
    if (head.dataset.objective) {
      event.preventDefault();
      const [, c] = sheet.place(head);
      cursor.go(-1, c);
      cursor.column(c);
    } else if (head.scope === 'col' && head.cellIndex === 0) {
      cursor.go(Math.max(cursor.r, 0), cursor.c);
      cursor.all();
    } else if (head.scope === 'row' && !event.target.closest('a')) {
      const r = sheet.rowOf.get(head.parentNode);
      if (r === undefined) return;
      cursor.go(r, 0);
      cursor.row(r);
    }
  });
  table.addEventListener('dblclick', (event) => {
    if (under(event)) open.panel();
  });
}
