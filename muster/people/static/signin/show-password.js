// A tick that shows what is typed into the password field of its form.

for (const tick of document.querySelectorAll("[data-show-password]")) {
  const field = tick.form.querySelector("[data-password]");
  tick.closest("[hidden]").hidden = false;
  tick.addEventListener("change", () => {
    field.type = tick.checked ? "text" : "password";
  });
  tick.form.addEventListener("submit", () => {
    // Password managers only offer to remember what is sent from a password field.
    field.type = "password";
  });
}
