/**
 * Which of the two ways to mark somebody uses on this phone, by objective or by pupil, is remembered here and asked no
 * more: a narrow window that opens a unit goes on in the way that was chosen last. A saved copy stays: the school cannot be
 * reached, and there may be no copy of the other page.
 */
const KEY = 'muster-mark-by';
const links = [...document.querySelectorAll('[data-mark-by]')];
const here = links.find((link) => link.hasAttribute('aria-current'))?.dataset.markBy;

for (const link of links) link.addEventListener('click', () => localStorage.setItem(KEY, link.dataset.markBy));
const last = localStorage.getItem(KEY);
const fresh = navigator.onLine && !document.documentElement.hasAttribute('data-saved-copy');
if (fresh && here === 'objective' && last === 'pupil' && matchMedia('screen and (max-width: 640px)').matches) {
  location.replace(links.find((link) => link.dataset.markBy === last).href);
}
