// Says what has just been done. From any module:
// document.dispatchEvent(new CustomEvent("muster:toast", {detail: {text, undo, onUndo, undoLabel}})).
// `undo` is an address to post to, `onUndo` a function. With a way back it stays until closed; without, eight seconds.
const STAYS = 8000;
const region = document.querySelector("[data-toasts]");
const words = region?.dataset ?? {};

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

async function post(address) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token } });
  if (answer.ok) location.reload();
  else show({ text: words.failed });
}

function show({ text, undo, onUndo, undoLabel }) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.toast = "";
  const said = document.createElement("p");
  said.textContent = text;
  toast.append(said);
  if (undo || onUndo) {
    toast.append(button(undoLabel ?? words.undo, () => { toast.remove(); if (onUndo) onUndo(); else post(undo); }));
  }
  toast.append(button(words.close, () => toast.remove()));
  region.replaceChildren(toast);
  if (!undo && !onUndo) fade(toast);
}

function fade(toast) {
  let timer = setTimeout(() => toast.remove(), STAYS);
  for (const hold of ["pointerenter", "focusin"]) toast.addEventListener(hold, () => clearTimeout(timer));
  for (const free of ["pointerleave", "focusout"]) toast.addEventListener(free, () => { timer = setTimeout(() => toast.remove(), STAYS); });
}

if (region) {
  document.addEventListener("muster:toast", (event) => show(event.detail));
  for (const close of document.querySelectorAll("[data-toast-close]")) {
    close.hidden = false;
    close.addEventListener("click", () => close.closest("[data-toast]").remove());
  }
}
