/**
 * The list for a roll call, kept on this device before anybody needs it. `data-pack` on the Roll call button is its page:
 * the service worker fetches it every two minutes in school hours, opens the copy it kept to prove that it can, and says
 * how old the list is. The school is told once an hour, so that the head knows which phones are not ready.
 */
import { device } from './outbox-store.js';
import { clock, say } from './outbox-words.js';

const EVERY = 120000;
const HOUR = 3600000;
const button = document.querySelector('[data-pack]');
const worker = navigator.serviceWorker;

const inSchoolHours = () => {
  const now = new Date();
  return now.getDay() % 6 !== 0 && now.getHours() >= 7 && now.getHours() < 18;
};

function proved(at) {
  for (const place of document.querySelectorAll('[data-list-age]')) place.textContent = at ? say('pack-ready', clock(new Date(at))) : '';
}

async function keep() {
  const { active } = await worker.ready;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = async ({ data }) => {
    proved(data?.at);
    if (!data?.at) return;
    const told = Number(sessionStorage.getItem('pack-told') ?? 0);
    if (Date.now() - told < HOUR) return;
    const answer = await fetch(button.dataset.readiness, {
      method: 'POST', credentials: 'same-origin', redirect: 'manual',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': document.querySelector('meta[name="csrf-token"]')?.content ?? '' },
      body: JSON.stringify({ device: await device(), list_at: data.at }),
    }).catch(() => null);
    if (answer?.ok) sessionStorage.setItem('pack-told', String(Date.now()));
  };
  active.postMessage({ say: 'pack', keep: button.href }, [port2]);
}

if (button && worker) {
  keep();
  setInterval(() => { if (inSchoolHours()) keep(); }, EVERY);
}
