/** Brings the tablet on the door back to its first page when nobody touches it: what one visitor typed is not for the next. */
const STILL = 45_000;
const first = document.body.dataset.door;
const nothingToHide = location.pathname === first && !document.querySelector('.banner');
let timer = 0;

function begin() {
  clearTimeout(timer);
  if (!nothingToHide) timer = setTimeout(() => location.replace(first), STILL);
}

for (const kind of ['pointerdown', 'keydown', 'input']) document.addEventListener(kind, begin);
begin();
