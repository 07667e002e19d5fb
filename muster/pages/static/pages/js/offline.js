/**
 * On every signed-in page: the service worker, the strip that says a page is a saved copy, what still waits to be
 * sent, and signing out, which waits until nothing does.
 */
import { outbox } from './outbox.js';
import { clock, say } from './outbox-words.js';

const account = document.querySelector('meta[name="account"]')?.content;
const worker = navigator.serviceWorker;

/** Tell the service worker something, whether or not it already controls this page. */
async function inform(message) {
  const { active } = await worker.ready;
  active.postMessage(message);
}

/** Have the service worker drop every copy; a second is enough, or the page would never let go. */
function forgetPages() {
  if (!worker?.controller) return null;
  const { port1, port2 } = new MessageChannel();
  worker.controller.postMessage({ say: 'forget' }, [port2]);
  return new Promise((resolve) => {
    port1.onmessage = resolve;
    setTimeout(resolve, 1000);
  });
}

if (worker) {
  const first = !worker.controller;
  worker.register('/service-worker.js', { scope: '/', updateViaCache: 'none' }).catch(() => {});
  // An empty account is a signed-out page: whatever was kept for somebody goes. A page of errors says nothing.
  // What this page says will be needed next is kept along with it: the register that is about to open.
  const next = [...document.querySelectorAll('a[data-keep]')].map(({ href }) => href);
  inform({ say: 'here', account, keep: account ? [...(first ? [location.href] : []), ...next] : [] });
}

const copied = document.documentElement.dataset.savedCopy;
const strip = document.querySelector('[data-offline-strip]');
if (copied && strip) {
  strip.textContent = say('saved-copy', clock(new Date(copied)));
  strip.hidden = false;
}

if (account) {
  const box = outbox(account);
  for (const form of document.querySelectorAll('form[data-sign-out]')) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      await box.ready;
      await box.send();
      const waiting = box.waiting().length;
      let refusal = form.querySelector('[role="alert"]');
      if (waiting) {
        if (!refusal) form.append((refusal = Object.assign(document.createElement('p'), { className: 'sign-out-refused' })));
        refusal.setAttribute('role', 'alert');
        refusal.textContent = say('stay', waiting);
        return;
      }
      refusal?.remove();
      await forgetPages();
      // What is left are numbers: another person's unsent marks, and own ones to offer again after a restore.
      if (await box.holdsAnything()) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'keep', value: 'storage' }));
      form.submit();
    });
  }
}
