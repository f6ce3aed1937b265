import { BRIDGE } from '../graph-bridge.ts';

/** The stretch of time in sight, Unix seconds. */
export interface View {
  readonly start: number;
  readonly end: number;
}

const SHORTEST = 120;
const LONGEST = 20 * 366 * 86_400;

/** The view `factor` times as long (below 1 looks closer), with the moment `at` staying where it is. */
export function zoomed(view: View, factor: number, at: number): View {
  const span = view.end - view.start;
  const next = Math.min(LONGEST, Math.max(SHORTEST, span * factor));
  const start = at - ((at - view.start) / span) * next;
  return { start: Math.round(start), end: Math.round(start + next) };
}

/** The view moved by `seconds`. */
export function panned(view: View, seconds: number): View {
  const by = Math.round(seconds);
  return { start: view.start + by, end: view.end + by };
}

/** The view that puts the moments `a` and `b` at the shares `pa` and `pb` of its width, as two fingers hold them. */
export function pinched(view: View, a: number, b: number, pa: number, pb: number): View {
  if (Math.abs(pb - pa) < 0.01) return view;
  const span = Math.min(LONGEST, Math.max(SHORTEST, Math.abs((b - a) / (pb - pa))));
  const start = a - pa * span;
  return { start: Math.round(start), end: Math.round(start + span) };
}

/** Each value scaled and moved; null is a gap the line breaks at, undefined a gap too short to break it. */
export function drawnValues(
  values: readonly (number | null)[],
  scale: number,
  base: number,
): (number | null | undefined)[] {
  const drawn: (number | null | undefined)[] = values.map((value) => (value === null ? null : value * scale - base));
  let last = -1;
  values.forEach((value, i) => {
    if (value === null) return;
    if (last >= 0 && i - last <= BRIDGE + 1) drawn.fill(undefined, last + 1, i);
    last = i;
  });
  return drawn;
}

/** The places of values with no other before the next gap on either side. */
export function loneWindows(column: ArrayLike<number | null | undefined>): number[] {
  const found: number[] = [];
  let before: number | null = null;
  let last = -1;
  let alone = false;
  for (let i = 0; i < column.length; i++) {
    const value = column[i];
    if (value === undefined) continue;
    if (alone && value === null) found.push(last);
    alone = value !== null && before === null;
    before = value;
    last = i;
  }
  if (alone) found.push(last);
  return found;
}
