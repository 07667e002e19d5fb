// A Copy button beside something to hand over. It shows only where the browser can copy.
for (const part of document.querySelectorAll("[data-copy]")) {
  const button = part.querySelector("[data-copy-button]");
  const text = part.querySelector("[data-copy-text]");
  if (!button || !text || !navigator.clipboard) continue;
  const label = [...button.childNodes];
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.replaceChildren(...label); }, 2000);
  });
}
