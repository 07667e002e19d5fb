/** Starting: press and hold for a second and a half; with a keyboard or a switch, two plain presses. */
import { say } from '../pages/js/outbox-words.js';

const LONG = 1500;

/** Call `begin(kind, mode)` once one of the start buttons in `root` was held, or pressed twice with keys. */
export function holdToStart(root, begin) {
  const form = root.querySelector('.roll-call-start');
  if (!form) return;
  const told = form.querySelector('[data-start-told]');
  let timer;
  let held = null;
  let once = null;
  const go = (button) => {
    button.classList.remove('held');
    once = null;
    begin(button.dataset.kind, form.elements.mode.value);
  };
  const stop = () => {
    clearTimeout(timer);
    held?.classList.remove('held');
    held = null;
  };
  form.addEventListener('pointerdown', (event) => {
    const button = event.target.closest('.start-button');
    if (!button) return;
    stop();
    held = button;
    button.classList.add('held');
    timer = setTimeout(() => { stop(); go(button); }, LONG);
  });
  form.addEventListener('pointerleave', stop);
  // Wherever the finger is lifted: a roll call that began elsewhere may have taken the form from under it.
  for (const name of ['pointerup', 'pointercancel']) addEventListener(name, stop);
  form.addEventListener('contextmenu', (event) => { if (event.target.closest('.start-button')) event.preventDefault(); });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('click', (event) => {
    const button = event.target.closest('.start-button');
    if (!button) return;
    if (event.detail !== 0) {
      told.textContent = say('rc-hold');
      return;
    }
    if (once === button) return go(button);
    once = button;
    const mode = form.querySelector('[name="mode"]:checked');
    told.textContent = say('rc-again', mode.labels[0].textContent, button.textContent);
  });
}
