/** Lines over a picture that are moved by arrow keys, finger or mouse alike. */
export const SVG = 'http://www.w3.org/2000/svg';

/** A line with a grip, which has to be put in a picture. */
export function handOf(label: string, name: string): SVGGElement {
  const hand = document.createElementNS(SVG, 'g');
  hand.setAttribute('class', name);
  hand.setAttribute('role', 'slider');
  hand.setAttribute('tabindex', '0');
  hand.setAttribute('aria-label', label);
  const [touch, line, grip] = ['rect', 'line', 'circle'].map((kind) => document.createElementNS(SVG, kind));
  touch?.setAttribute('class', 'touch');
  touch?.setAttribute('y', '0');
  touch?.setAttribute('height', '216');
  touch?.setAttribute('width', '24');
  line?.setAttribute('y1', '0');
  line?.setAttribute('y2', '216');
  grip?.setAttribute('class', 'grip');
  grip?.setAttribute('cy', name === 'hand' ? '8' : '200');
  grip?.setAttribute('r', name === 'hand' ? '8' : '5');
  hand.append(...[touch, line, grip].flatMap((part) => part ?? []));
  return hand;
}

/** Puts it at so many per cent of the width, and says what it stands for. */
export function place(
  hand: SVGGElement,
  at: number,
  value: { now: number; least: number; most: number; words: string },
): void {
  const [touch, line, grip] = hand.children;
  touch?.setAttribute('x', `${at}%`);
  touch?.setAttribute('transform', 'translate(-12 0)');
  for (const end of ['x1', 'x2']) line?.setAttribute(end, `${at}%`);
  grip?.setAttribute('cx', `${at}%`);
  hand.setAttribute('aria-valuemin', String(Math.round(value.least)));
  hand.setAttribute('aria-valuemax', String(Math.round(value.most)));
  hand.setAttribute('aria-valuenow', String(Math.round(value.now)));
  hand.setAttribute('aria-valuetext', value.words);
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -4,
  PageUp: 4,
};

/** Arrow keys, and pages of four steps. */
export function onKeys(hand: SVGGElement, move: (steps: number) => void): void {
  hand.addEventListener('keydown', (event) => {
    const steps = STEPS[event.key];
    if (steps === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(steps);
  });
}

/** Where it is dragged to, as a share of the width. */
export function onDrag(hand: SVGGElement, stage: HTMLElement, move: (share: number) => void): void {
  hand.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    hand.setPointerCapture(event.pointerId);
    hand.focus();
  });
  hand.addEventListener('pointermove', (event) => {
    if (hand.hasPointerCapture(event.pointerId)) move(shareAt(stage, event));
  });
}

/** Where a pointer is, as a share of the width. */
export function shareAt(stage: HTMLElement, { clientX }: PointerEvent): number {
  const { left, width } = stage.getBoundingClientRect();
  return Math.min(1, Math.max(0, (clientX - left) / width));
}
