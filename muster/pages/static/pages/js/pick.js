// A long list of names: letters typed into a box find them, and whoever is chosen stands above it.
// Without this module the list itself is there. It is hidden and not taken away: it is what the form sends.
const MOST = 8;
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const fits = (words, typed) => typed.every((letters) => words.some((word) => word.startsWith(letters)));
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

function bind(select) {
  const all = [...select.options].filter((option) => option.value).map((option) => ({ option, words: fold(option.text).split(/[\s,'’-]+/) }));
  const box = make("input", { type: "text", id: select.id, autocomplete: "off", spellcheck: false, required: select.required });
  const list = make("ul", { id: `${select.id}-found`, className: "pick-found", hidden: true });
  const chosen = make("ul", { className: "pick-chosen" });
  for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) box.setAttribute(name, select.getAttribute(name));
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) box.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${select.id}"]`)?.firstChild.textContent.trim() ?? "");
  select.removeAttribute("id");
  select.hidden = true;
  select.required = false;
  select.after(chosen, box, list);

  let at = -1;
  const rows = () => [...list.querySelectorAll("[data-value]")];
  const close = () => {
    list.hidden = true;
    at = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const go = (place) => {
    const every = rows();
    if (!every.length) return;
    at = (place + every.length) % every.length;
    every.forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
    box.setAttribute("aria-activedescendant", every[at].id);
    every[at].scrollIntoView({ block: "nearest" });
  };
  const show = () => {
    const typed = fold(box.value).split(/[\s,'’-]+/).filter(Boolean);
    const found = all.filter(({ option, words }) => !(select.multiple && option.selected) && fits(words, typed)).slice(0, MOST);
    list.replaceChildren(...found.map(({ option }, number) => {
      const row = make("li", { id: `${list.id}-${number}`, textContent: option.text, role: "option" });
      row.dataset.value = option.value;
      row.setAttribute("aria-selected", "false");
      return row;
    }));
    if (!found.length) {
      const none = make("li", { className: "none", textContent: select.dataset.none, role: "option" });
      none.setAttribute("aria-disabled", "true");
      list.append(none);
    }
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    go(0);
  };
  const draw = () => {
    const taken = all.filter(({ option }) => option.selected);
    if (!select.multiple) {
      if (taken.length) box.value = taken[0].option.text;
    } else {
      chosen.replaceChildren(...taken.map(({ option }) => {
        const out = make("button", { type: "button", textContent: "×", ariaLabel: `${select.dataset.out} ${option.text}` });
        out.onclick = () => { option.selected = false; draw(); box.focus(); };
        const row = make("li", { textContent: option.text });
        row.append(out);
        return row;
      }));
    }
    // Letters that chose nobody must not be sent as if they had.
    box.setCustomValidity(box.value && !(taken.length && !select.multiple) ? select.dataset.none : "");
  };
  const take = (row) => {
    if (!row) return;
    all.find(({ option }) => option.value === row.dataset.value).option.selected = true;
    if (select.multiple) box.value = "";
    close();
    draw();
  };

  box.addEventListener("input", () => {
    if (!select.multiple) select.value = "";
    if (box.value.trim()) show(); else close();
    draw();
  });
  box.addEventListener("focus", () => { if (all.length <= MOST && !box.value) show(); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show(); else go(at + (event.key === "ArrowDown" ? 1 : -1));
    }
    if (event.key === "Backspace" && !box.value) chosen.lastElementChild?.lastElementChild.click();
    if (list.hidden) return;
    if (event.key === "Escape") { event.preventDefault(); close(); }
    if (event.key === "Enter") { event.preventDefault(); take(rows()[at]); }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => take(event.target.closest("[data-value]")));
  box.addEventListener("blur", close);
  draw();
}

document.querySelectorAll("select[data-pick]").forEach(bind);
