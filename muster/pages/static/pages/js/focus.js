// When a form comes back with errors, reading starts at the summary; its links put the cursor in the field.
document.querySelector("[data-focus-first]")?.focus();
