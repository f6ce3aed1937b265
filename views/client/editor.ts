import { makeDraggable } from './editor-drag.ts';

/**
 * The process-list editor on an input's page. The page's own forms do the work; this sends them without leaving the
 * page, keeps the focus where it was, says what happened, and shows only the fields the chosen step needs.
 */
const say = document.getElementById('editor-say');
const adding = document.querySelector<HTMLFormElement>('form#add');

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.id !== 'edit') return;
  event.preventDefault();
  const button = (event as SubmitEvent).submitter;
  if (button instanceof HTMLButtonElement) void edit(form, button.value);
});
if (adding) fitFields(adding);
dress();

/** Adds to each step the handle it can be dragged by. Buttons stay its twin for the keyboard. */
function dress(): void {
  const form = document.querySelector<HTMLFormElement>('form#edit');
  if (form && adding) makeDraggable(form, (from, to) => void edit(form, `move ${from} ${to}`));
}

/** Sends one wish and shows the list as the hub has it then. */
async function edit(form: HTMLFormElement, wish: string): Promise<void> {
  const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  body.set('wish', wish);
  form.setAttribute('aria-busy', 'true');
  const page = await send(form.action, body);
  const fresh = page?.getElementById('steps');
  form.removeAttribute('aria-busy');
  if (!fresh) return tell(form.dataset.failed ?? '');
  document.getElementById('steps')?.replaceWith(fresh);
  dress();
  const [verb, from = '', to] = wish.split(' ');
  const now = to ?? String(Number(from) + (verb === 'up' ? -1 : verb === 'down' ? 1 : 0));
  tell(
    (verb === 'remove' ? form.dataset.removed : form.dataset.moved)
      ?.replace('{n}', from)
      .replace('{from}', from)
      .replace('{to}', now) ?? '',
  );
  focusStep(verb === 'remove' ? 'remove' : verb === 'move' ? 'down' : (verb ?? ''), Number(now));
}

async function send(address: string, body: URLSearchParams): Promise<Document | null> {
  try {
    const answer = await fetch(address, { method: 'POST', body });
    if (!answer.ok && answer.status !== 409) return null;
    return new DOMParser().parseFromString(await answer.text(), 'text/html');
  } catch {
    return null;
  }
}

/** Puts the focus on the button that was pressed, where the step is now; on its neighbour where that one is at its end. */
function focusStep(verb: string, place: number): void {
  const steps = [...document.querySelectorAll<HTMLElement>('[data-step]')];
  const step = steps[Math.min(place, steps.length) - 1];
  const buttons = [...(step?.querySelectorAll<HTMLButtonElement>('button:not([disabled])') ?? [])];
  const button =
    buttons.find(({ value }) => value.startsWith(verb)) ?? buttons[0] ?? document.getElementById('process');
  button?.focus();
}

function tell(words: string): void {
  if (say) say.textContent = words;
}

/** Shows the fields the chosen process needs, and those of a new feed where a new one is chosen. */
function fitFields(form: HTMLFormElement): void {
  const process = form.elements.namedItem('process') as HTMLSelectElement;
  const feed = form.elements.namedItem('feed') as HTMLSelectElement;
  const value = form.elements.namedItem('value') as HTMLInputElement;
  let start = value.value;
  const update = () => {
    const chosen = process.selectedOptions[0]?.dataset;
    const needs = new Set(chosen?.needs?.split(' '));
    if (needs.has('feed') && feed.value === 'new') needs.add('new');
    for (const part of form.querySelectorAll<HTMLElement>('[data-need]')) {
      part.hidden = !needs.has(part.dataset.need ?? '');
      // What is hidden is not asked for and not checked.
      for (const field of part.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select')) {
        field.required = !part.hidden && field.name !== 'feed-unit' && !field.closest('[data-need][hidden]');
      }
    }
    if (value.value === start && chosen?.start !== undefined) {
      start = chosen.start;
      value.value = start;
    }
  };
  form.classList.add('is-fitted');
  process.addEventListener('change', update);
  feed.addEventListener('change', update);
  update();
}
