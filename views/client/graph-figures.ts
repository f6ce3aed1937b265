let latest = 0;

/**
 * Replaces heading and tables by those of the page at `address`. A part in which the reader is at work is left as it
 * is, and an opened table stays open.
 */
export async function swapFigures(address: string): Promise<void> {
  latest += 1;
  const turn = latest;
  const url = new URL(address, location.href);
  url.searchParams.set('part', 'figures');
  try {
    const answer = await fetch(url);
    if (!answer.ok || turn !== latest) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (turn !== latest) return;
    for (const part of document.querySelectorAll<HTMLElement>('[data-part]')) {
      const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!fresh || part.contains(document.activeElement)) continue;
      const open = [...part.querySelectorAll('details')].map((details) => details.open);
      part.replaceChildren(...fresh.childNodes);
      part.querySelectorAll('details').forEach((details, i) => {
        details.open = open[i] ?? false;
      });
    }
  } catch {
    // Without the hub the old figures stay.
  }
}
