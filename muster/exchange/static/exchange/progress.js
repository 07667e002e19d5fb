/** Asks how far a file has come, and shows the page anew once there is something to see. Without it the page reloads itself. */
const EVERY = 1500;

const place = document.querySelector('[data-progress]');
let tag = '';

async function look() {
  try {
    const answer = await fetch(place.dataset.progress, { headers: tag ? { 'If-None-Match': tag } : {} });
    if (answer.ok) {
      tag = answer.headers.get('ETag') ?? '';
      const said = await answer.json();
      if (!said.waits) {
        location.reload();
        return;
      }
      place.querySelector('rect.done')?.setAttribute('width', said.percent);
    }
  } catch {
    // No network for a moment: ask again.
  }
  setTimeout(look, EVERY);
}

if (place) setTimeout(look, EVERY / 3);
