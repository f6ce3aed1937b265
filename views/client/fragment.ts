/**
 * Fetches this page again and puts its `[data-fragment]` parts in the place of those shown. When the parts differ, as on
 * the day the first reading comes, the whole main part is exchanged. False when the hub did not answer.
 */
export async function refresh(keep: (part: HTMLElement) => boolean): Promise<boolean> {
  let answer: Response;
  try {
    answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' });
  } catch {
    return false;
  }
  if (answer.redirected || answer.status === 401) {
    location.reload();
    return true;
  }
  if (!answer.ok) return false;
  show(await answer.text(), keep);
  return true;
}

/** Puts what the hub answered in the place of what is shown, part by part where it is the same page. */
export function show(html: string, keep: (part: HTMLElement) => boolean): void {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  if (names(fresh) === names(document)) swapParts(fresh, keep);
  else swapMain(fresh);
}

function names(page: Document): string {
  return parts(page)
    .map((part) => part.id)
    .join(' ');
}

function parts(page: Document): HTMLElement[] {
  return [...page.querySelectorAll<HTMLElement>('[data-fragment]')];
}

function swapParts(fresh: Document, keep: (part: HTMLElement) => boolean): void {
  for (const part of parts(document)) {
    const next = fresh.getElementById(part.id);
    if (!next || keep(part) || part.querySelector(FIELDS) || isTyped(part)) continue;
    for (const { id, open } of part.querySelectorAll('details')) {
      const same = id === '' ? null : next.querySelector<HTMLDetailsElement>(`details[id="${id}"]`);
      if (same) same.open = open;
    }
    if (next.isEqualNode(part)) continue;
    const { activeElement } = document;
    const focused = part.contains(activeElement) ? activeElement?.id : '';
    // A live region speaks only when its words change in place.
    if (part.getAttribute('role') === 'status') {
      part.className = next.className;
      part.replaceChildren(...next.childNodes);
    } else part.replaceWith(next);
    // Whoever pressed a button that came back stays on it.
    if (focused) document.getElementById(focused)?.focus();
  }
}

/** Whether somebody has typed something in it that was not sent yet. */
function isTyped(part: HTMLElement): boolean {
  return [...part.querySelectorAll('input')].some(
    ({ type, value, defaultValue }) => type === 'text' && value !== defaultValue,
  );
}

/** Where somebody is typing. */
const FIELDS = 'input:not([type=hidden]):focus, select:focus, textarea:focus';

/** Leaves the page alone while someone is filling in a form on it. */
function swapMain(fresh: Document): void {
  const main = document.querySelector('main');
  const next = fresh.querySelector('main');
  if (!main || !next || main.querySelector(FIELDS)) return;
  main.replaceWith(next);
  const pulse = document.getElementById('pulse');
  const freshPulse = fresh.getElementById('pulse');
  if (pulse && freshPulse) pulse.replaceWith(freshPulse);
}
