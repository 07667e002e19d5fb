/** A file dropped anywhere on the page is taken as if it had been chosen, and read at once; one too large is not sent; rows pasted beside the fields go into their box. */
const form = document.querySelector('[data-drop]');

/** Say it, and nothing else happens. */
function say(text) {
  document.dispatchEvent(new CustomEvent('muster:toast', { detail: { text } }));
}

/** Take the one file there is; of several, or a folder, say what to do. */
function take(files, entries) {
  if (files.length !== 1 || entries.some((entry) => entry?.isDirectory)) {
    say(form.dataset.drop);
    return;
  }
  form.elements.file.files = files;
  form.requestSubmit();
}

function show(over) {
  document.documentElement.classList.toggle('drops', over);
}

const ofFiles = (event) => event.dataTransfer?.types.includes('Files');

form.addEventListener('submit', (event) => {
  // The server would say so too, after minutes of sending.
  if (form.elements.file.files[0]?.size <= Number(form.dataset.most) || !form.elements.file.files.length) return;
  event.preventDefault();
  say(form.dataset.tooLarge);
});

addEventListener('dragover', (event) => {
  if (!ofFiles(event)) return;
  event.preventDefault();
  show(true);
});
addEventListener('dragleave', (event) => {
  // The pointer has left the window, not only gone from one part of the page to another.
  if (!event.relatedTarget) show(false);
});
addEventListener('drop', (event) => {
  if (!ofFiles(event)) return;
  event.preventDefault();
  show(false);
  take(event.dataTransfer.files, [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()));
});
addEventListener('paste', (event) => {
  if (event.target.closest?.('input, textarea, select')) return;
  if (event.clipboardData.files.length) {
    event.preventDefault();
    take(event.clipboardData.files, []);
    return;
  }
  const text = event.clipboardData.getData('text/plain');
  const box = form.elements.pasted;
  if (!box || !text.trim()) return;
  event.preventDefault();
  box.value = text;
  box.focus();
});
