/**
 * One child after the other on the same page. The marks of the whole class came with it, so Previous and Next need no
 * network; which child is open stands behind the # of the address, which no server is told and every copy answers to.
 *
 * `data-children` is a list of {id, name, tag, cells}; a cell is null where the objective is not this child's, else
 * [value, version, signs, scale].
 */
import { say } from '../pages/js/outbox-words.js';

const FAR = 60;

export class Children {
  constructor({ section, list, entry, tell }) {
    Object.assign(this, { section, list, entry, tell });
    this.all = JSON.parse(section.dataset.children);
    this.place = this.all.findIndex(({ id }) => `${id}` === section.dataset.pupil);
    this.links = { before: section.querySelector('[data-before]'), after: section.querySelector('[data-after]') };
    section.addEventListener('click', (event) => {
      const link = event.target.closest('[data-before],[data-after]');
      if (!link || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.turn(link === this.links.after ? 1 : -1);
    });
    this.swipe();
    addEventListener('hashchange', () => this.asked());
    this.asked();
  }

  asked() {
    const place = this.all.findIndex(({ id }) => location.hash === `#child-${id}`);
    if (place >= 0) this.show(place);
  }

  turn(by) {
    const place = this.place + by;
    if (!this.all[place]) return;
    this.show(place);
    history.replaceState(null, '', `#child-${this.all[place].id}`);
    this.tell(say('pupilPlace', this.all[place].name, place + 1, this.all.length));
  }

  show(place) {
    const { section, list } = this;
    const { id, name, tag, cells } = this.all[place];
    this.place = place;
    section.dataset.pupil = id;
    section.querySelector('[data-child]').textContent = name;
    const year = section.querySelector('[data-tag]');
    year.textContent = tag;
    year.hidden = !tag;
    list.rows.forEach((row, r) => {
      row.hidden = !cells[r];
      const link = row.querySelector('a[data-cell]');
      if (link) link.href = link.href.replace(/\/cells\/\d+\//, `/cells/${id}/`);
      row.className = '';
      delete row.dataset.v;
      if (!cells[r]) return row.setAttribute('aria-readonly', 'true');
      row.removeAttribute('aria-readonly');
      const [value, version, signs, scale] = cells[r];
      if (version) row.dataset.v = version;
      if (signs) row.classList.add(...signs.split(' '));
      this.letters(row, `${scale}`);
      list.show(row, value);
    });
    for (const [link, to] of [[this.links.before, place - 1], [this.links.after, place + 1]]) {
      link.hidden = !this.all[to];
      if (this.all[to]) link.href = `?pupil=${this.all[to].id}`;
    }
    this.entry.forget();
    this.entry.resume(true);
    list.sum();
    scrollTo(0, 0);
  }

  /** The buttons of this child's own scale. */
  letters(row, scale) {
    if (row.dataset.scale === scale) return;
    row.dataset.scale = scale;
    const { content } = this.section.querySelector(`template[data-letters="${scale}"]`);
    row.querySelector('.letters').replaceChildren(...content.firstElementChild.cloneNode(true).children);
  }

  /** A swipe is an extra: the two buttons do the same. */
  swipe() {
    let from = null;
    this.section.addEventListener('touchstart', ({ changedTouches: [touch] }) => { from = touch; }, { passive: true });
    this.section.addEventListener('touchend', ({ changedTouches: [touch] }) => {
      const [x, y] = [touch.clientX - from.clientX, touch.clientY - from.clientY];
      if (Math.abs(x) < FAR || Math.abs(y) > FAR / 2) return;
      this.turn((x < 0) === (getComputedStyle(this.section).direction === 'ltr') ? 1 : -1);
    });
  }
}
