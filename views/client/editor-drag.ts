/** Lets the form's steps be dragged by a handle; `drop` hears both places, counted from 1, once when a step is let go. */
export function makeDraggable(form: HTMLFormElement, drop: (from: number, to: number) => void): void {
  const steps = [...form.querySelectorAll<HTMLElement>('[data-step]')];
  if (steps.length < 2) return;
  for (const step of steps) {
    const handle = step.querySelector<HTMLElement>('.num');
    if (handle) listen(handle, step, steps, drop);
  }
}

function listen(
  handle: HTMLElement,
  step: HTMLElement,
  steps: readonly HTMLElement[],
  drop: (from: number, to: number) => void,
): void {
  const from = steps.indexOf(step);
  let startY = 0;
  let to = from;
  handle.classList.add('handle');

  handle.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    startY = event.clientY;
    to = from;
    step.classList.add('is-dragged');
  });
  handle.addEventListener('pointermove', (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    step.style.transform = `translateY(${event.clientY - startY}px)`;
    to = placeAt(event.clientY, from, steps);
    steps.forEach((other, i) => {
      other.classList.toggle('drop-above', i === to && to < from);
      other.classList.toggle('drop-below', i === to && to > from);
    });
  });
  const end = (event: PointerEvent) => {
    step.style.transform = '';
    for (const other of steps) other.classList.remove('is-dragged', 'drop-above', 'drop-below');
    if (event.type === 'pointerup' && to !== from) drop(from + 1, to + 1);
    to = from;
  };
  handle.addEventListener('pointerup', end);
  handle.addEventListener('pointercancel', end);
}

/** Where a step dragged from `from` would come to stand with the pointer at this height. */
function placeAt(y: number, from: number, steps: readonly HTMLElement[]): number {
  let place = from;
  steps.forEach((other, i) => {
    if (i === from) return;
    const { top, height } = other.getBoundingClientRect();
    const middle = top + height / 2;
    if (i < from && y < middle) place = Math.min(place, i);
    if (i > from && y > middle) place = Math.max(place, i);
  });
  return place;
}
