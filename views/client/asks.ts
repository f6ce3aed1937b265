/**
 * Brings the question of a device that asks to join to whatever page is open. It takes no focus, dims nothing, and waits as long as
 * somebody is at work in a form. Escape and “Decide later” put it off for this tab.
 */
const LATER = 'hearth asks put off';
let waiting: readonly string[] = [];
let shown = '';

/** Listens for people who put the question off, and asks what the page came with. */
export function installAsks(): void {
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('#popup [data-later]')) return;
    event.preventDefault();
    decideLater();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || shown === '') return;
    const { activeElement } = document;
    if (activeElement === document.body || activeElement?.closest('#popup')) decideLater();
  });
  // Nothing stands in the way of somebody who begins to fill in a form.
  document.addEventListener('focusin', () => isWriting() && close());
  document.addEventListener('focusout', () => setTimeout(() => void ask(), AFTER_MS));
  const line = document.getElementById('asks');
  if (line?.dataset.requests) void askAbout(line.dataset.requests.split(' '));
}

/** Shows the first of the requests that was not put off, and takes away one that is over. */
export async function askAbout(requests: readonly string[]): Promise<void> {
  const news = requests.join(' ') !== waiting.join(' ');
  waiting = requests;
  if (shown !== '' && !waiting.includes(shown)) close();
  await ask(news);
}

async function ask(news = false): Promise<void> {
  const next = waiting.find((request) => !putOff().includes(request)) ?? '';
  const wanted = next !== '' && next !== shown && !isWriting();
  if (!news && !wanted) return;
  const page = await fetchAsk(next);
  if (!page) return;
  const [line, fresh] = [document.getElementById('asks'), page.getElementById('asks')];
  if (line && fresh && !line.isEqualNode(fresh)) line.replaceChildren(...fresh.childNodes);
  const popup = page.getElementById('pop');
  if (!wanted || isWriting() || !popup?.querySelector(`form[action$="/${next}"]`)) return;
  shown = next;
  open(popup);
}

function open(popup: HTMLElement): void {
  document.getElementById('popup')?.remove();
  const heading = popup.querySelector('h1');
  if (heading) {
    // The page has a first heading of its own.
    const second = document.createElement('h2');
    second.id = heading.id;
    second.append(...heading.childNodes);
    heading.replaceWith(second);
  }
  const dialog = document.createElement('dialog');
  dialog.id = 'popup';
  dialog.className = 'pop';
  dialog.setAttribute('aria-labelledby', 'pop-h');
  dialog.append(popup);
  document.body.append(dialog);
  // show() would take the focus.
  dialog.open = true;
}

async function fetchAsk(request: string): Promise<Document | null> {
  try {
    const answer = await fetch(`/devices/ask?request=${request}`, { cache: 'no-store' });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), 'text/html');
  } catch {
    return null;
  }
}

function decideLater(): void {
  sessionStorage.setItem(LATER, [...putOff(), shown].slice(-20).join(' '));
  close();
  void ask();
}

function close(): void {
  const popup = document.getElementById('popup');
  const hadFocus = popup?.contains(document.activeElement);
  popup?.remove();
  shown = '';
  if (!hadFocus) return;
  const main = document.getElementById('main');
  main?.setAttribute('tabindex', '-1');
  main?.focus({ preventScroll: true });
}

function putOff(): string[] {
  return (sessionStorage.getItem(LATER) ?? '').split(' ');
}

/** Somebody is in a field, or has left one with something in it that was not sent. */
function isWriting(): boolean {
  if (document.activeElement?.matches('main input, main select, main textarea')) return true;
  return [...document.querySelectorAll<HTMLInputElement>('main form[method=post] input')].some(
    ({ type, value, defaultValue, checked, defaultChecked }) =>
      type === 'checkbox' || type === 'radio' ? checked !== defaultChecked : value !== defaultValue,
  );
}

/** From one field to the next there is a moment without focus. */
const AFTER_MS = 400;
