/** `?` opens help, wherever nothing is being typed. The grid answers it itself, with its card of keys. */
const help = document.querySelector('[data-help]');

addEventListener('keydown', (event) => {
  if (event.key !== '?' || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest('input, textarea, select, [contenteditable], [role="grid"], dialog')) return;
  help?.click();
});
