/**
 * The mouse: click, Shift+click and drag select; a click on a heading selects its column, beside a name the row.
 */
export class Mouse {
  constructor({ sheet, cursor, open }) {
    const { table } = sheet;
    let dragging = false;
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
    });
    table.addEventListener('mouseover', (event) => {
      if (!dragging) return;
      if (!event.buttons) dragging = false;
      else {
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
}
