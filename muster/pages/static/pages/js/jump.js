// The jump box: Ctrl+K goes to it, letters ask the school, arrows choose, Enter opens.
// Without this module the form is an ordinary search. Answers: {"results": [{"label", "hint", "href"}]}.
const WAIT = 120;

function bind(form) {
  const box = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  list.className = "jump-results";
  list.id = "jump-results";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label").textContent);
  form.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
  })) box.setAttribute(name, value);

  let chosen = -1;
  let timer = 0;
  let asked = null;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const close = () => {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    const all = options();
    if (!all.length) return;
    chosen = (index + all.length) % all.length;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    box.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  };
  const open = (option) => { if (option) location.assign(option.dataset.href); };

  const show = (results) => {
    list.replaceChildren(...results.map((result, place) => {
      const option = document.createElement("li");
      option.id = `jump-${place}`;
      option.dataset.href = result.href;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const label = document.createElement("span");
      label.textContent = result.label;
      const hint = document.createElement("small");
      hint.textContent = result.hint || "";
      option.append(label, hint);
      return option;
    }));
    if (!results.length) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = box.dataset.none;
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      list.append(none);
    }
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    if (results.length) choose(0);
  };

  const ask = async () => {
    const letters = box.value.trim();
    asked?.abort();
    if (letters.length < 2) { close(); return; }
    asked = new AbortController();
    try {
      // Posted, so that no name stands in an address.
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, signal: asked.signal,
      });
      if (answer.ok && box.value.trim() === letters) show((await answer.json()).results);
    } catch {
      // No network, or a newer question: the form itself still works.
    }
  };

  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
    if (event.key === "Enter" && chosen >= 0) {
      const option = options()[chosen];
      if (option?.dataset.href) { event.preventDefault(); open(option); }
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => open(event.target.closest("[data-href]")));
  box.addEventListener("blur", close);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
}

document.querySelectorAll("[data-jump]").forEach(bind);
