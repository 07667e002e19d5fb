// Passkeys: asks the browser for one and puts its answer into a form that is then sent like any other.
// form[data-passkey="sign-in"] fetches what to ask from data-options; "use" and "new" carry it in a <script type="application/json">.
// Buttons stay hidden where the browser has no passkeys, so nobody is offered what cannot work.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

async function make(options) {
  const asked = options.publicKey;
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: known(asked.excludeCredentials),
    },
  });
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
      transports: made.response.getTransports ? made.response.getTransports() : [],
    },
    clientExtensionResults: made.getClientExtensionResults(),
  };
}

async function use(options) {
  const asked = options.publicKey;
  const used = await navigator.credentials.get({
    publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: known(asked.allowCredentials) },
  });
  return {
    id: used.id,
    rawId: text(used.rawId),
    type: used.type,
    response: {
      clientDataJSON: text(used.response.clientDataJSON),
      authenticatorData: text(used.response.authenticatorData),
      signature: text(used.response.signature),
      userHandle: used.response.userHandle ? text(used.response.userHandle) : null,
    },
    clientExtensionResults: used.getClientExtensionResults(),
  };
}

async function optionsOf(form) {
  if (form.dataset.options) {
    const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) throw new Error("no options");
    return (await answer.json()).options;
  }
  return JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent).options;
}

function bind(form) {
  const button = form.querySelector("[data-passkey-button]");
  const said = form.querySelector("[data-passkey-said]");
  const credential = form.querySelector('input[name="credential"]');
  form.hidden = false;
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.textContent = "";
    try {
      const options = await optionsOf(form);
      const answer = form.dataset.passkey === "new" ? await make(options) : await use(options);
      credential.value = JSON.stringify(answer);
      form.submit();
    } catch (problem) {
      // One sentence for every reason: browsers do not tell a person who gave up from one who has no passkey.
      said.textContent = problem.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed;
      button.disabled = false;
    }
  });
}

if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("form[data-passkey]")) bind(form);
  for (const other of document.querySelectorAll("[data-without-passkeys]")) other.hidden = true;
}
