// A scanned day pass carries its code behind the #, which is never sent: it goes into the field, and out of the address.

const field = document.querySelector("[data-day-pass] input[name=code]");
const code = decodeURIComponent(location.hash.slice(1));
if (field && /^[0-9A-Za-z-]{4,20}$/.test(code)) {
  field.value = code;
  history.replaceState(null, "", location.pathname);
  document.querySelector("[data-day-pass] [type=submit]").focus();
}
