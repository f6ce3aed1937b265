import { panned, pinched, type View, zoomed } from './graph-view.ts';

export interface Hands {
  view(): View;
  /** Shows another stretch of time. */
  go(view: View): void;
  /** Shows the whole range again. */
  whole(): void;
}

/** Lets mouse and fingers move the view over `surface`: drag, wheel, pinch, double click for the whole. */
export function listenToHands(surface: HTMLElement, hands: Hands): void {
  const held = new Map<number, { share: number; at: number }>();
  const shareOf = (event: MouseEvent) => {
    const box = surface.getBoundingClientRect();
    return (event.clientX - box.left) / box.width;
  };
  const timeAt = (share: number) => {
    const { start, end } = hands.view();
    return start + share * (end - start);
  };

  surface.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    const share = shareOf(event);
    held.set(event.pointerId, { share, at: timeAt(share) });
    surface.setPointerCapture(event.pointerId);
  });
  surface.addEventListener('pointermove', (event) => {
    const finger = held.get(event.pointerId);
    if (!finger) return;
    finger.share = shareOf(event);
    const [a, b] = [...held.values()];
    if (a && b) hands.go(pinched(hands.view(), a.at, b.at, a.share, b.share));
    else hands.go(panned(hands.view(), finger.at - timeAt(finger.share)));
  });
  for (const end of ['pointerup', 'pointercancel'] as const) {
    surface.addEventListener(end, (event) => {
      held.delete(event.pointerId);
      // The finger that stays goes on from where it is.
      for (const finger of held.values()) finger.at = timeAt(finger.share);
    });
  }
  surface.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const { start, end } = hands.view();
      const amount = event.deltaMode === 0 ? event.deltaY / 400 : event.deltaY / 12;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        hands.go(panned(hands.view(), ((event.deltaX || event.deltaY) / surface.clientWidth) * (end - start)));
      } else {
        hands.go(zoomed(hands.view(), 2 ** amount, timeAt(shareOf(event))));
      }
    },
    { passive: false },
  );
  surface.addEventListener('dblclick', () => hands.whole());
}
