/** One figure and the time it holds: Unix seconds, `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

/** Ordered and without overlap: of spans that begin together the last given counts, and a later one ends an earlier one. */
export function inOrder(spans: readonly Span[]): Span[] {
  const byStart = new Map<number, Span>();
  for (const span of spans) if (span.end > span.start && Number.isFinite(span.value)) byStart.set(span.start, span);
  const sorted = [...byStart.values()].sort((a, b) => a.start - b.start);
  return sorted.map((span, at) => {
    const next = sorted[at + 1]?.start ?? span.end;
    return next < span.end ? { ...span, end: next } : span;
  });
}

/** What is known once `fresh` has come: it replaces what was known of the same time; what ended before `since` is let go. */
export function merged(known: readonly Span[], fresh: readonly Span[], since: number): Span[] {
  const first = fresh[0];
  if (!first) return known.filter(({ end }) => end > since);
  const free = [first.start, (fresh.at(-1) as Span).end] as const;
  const kept = known.flatMap((span) => outside(span, free, fresh));
  return [...kept, ...fresh].filter(({ end }) => end > since).sort((a, b) => a.start - b.start);
}

/** The parts of an old span that no fresh one covers. */
function outside(span: Span, [from, to]: readonly [number, number], fresh: readonly Span[]): Span[] {
  if (span.end <= from || span.start >= to) return [span];
  const parts: Span[] = [];
  let at = span.start;
  for (let index = firstEndingAfter(fresh, span.start); index < fresh.length; index += 1) {
    const { start, end } = fresh[index] as Span;
    if (start >= span.end) break;
    if (start > at) parts.push({ ...span, start: at, end: start });
    at = Math.max(at, end);
  }
  if (at < span.end) parts.push({ ...span, start: at });
  return parts;
}

/** The position of the first span that ends after `time`. */
function firstEndingAfter(spans: readonly Span[], time: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as Span).end > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The mean of each interval from `start` on; null where any part of it is not known. */
export function resampled(
  spans: readonly Span[],
  { start, interval, count }: { start: number; interval: number; count: number },
): (number | null)[] {
  const profile: (number | null)[] = [];
  let index = firstEndingAfter(spans, start);
  for (let slot = 0; slot < count; slot += 1) {
    const from = start + slot * interval;
    const to = from + interval;
    let [sum, covered, last] = [0, 0, 0];
    while (index < spans.length && (spans[index] as Span).start < to) {
      const span = spans[index] as Span;
      const held = Math.min(span.end, to) - Math.max(span.start, from);
      [sum, covered, last] = [sum + span.value * held, covered + held, span.value];
      if (span.end > to) break;
      index += 1;
    }
    // A slot within one span has its very value: no rounding on the way.
    const whole = covered === interval;
    profile.push(whole ? (sum === last * interval ? last : sum / interval) : null);
  }
  return profile;
}

/** The stretches between `from` and `to` of which nothing is known, at most `most` of them. */
export function gapsOf(spans: readonly Span[], from: number, to: number, most = 20): [start: number, end: number][] {
  const gaps: [number, number][] = [];
  let at = from;
  for (let index = firstEndingAfter(spans, from); at < to && gaps.length < most; index += 1) {
    const { start, end } = spans[index] ?? { start: to, end: to };
    if (start > at) gaps.push([at, Math.min(start, to)]);
    at = Math.max(at, end);
  }
  return gaps;
}

/** The longest interval, an hour at the most and five minutes at the least, on whose multiples all spans begin and end; null where there are none. */
export function evenInterval(spans: readonly Span[]): number | null {
  if (spans.length === 0) return null;
  let common = 3600;
  for (const { start, end } of spans) {
    for (const time of [start, end]) while (time % common !== 0) common = divisor(common, time % common);
    if (common <= 300) return 300;
  }
  return common;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** For keeping: runs of equal length as `[start, interval, [values]]`. */
export function packed(spans: readonly Span[]): string {
  const runs: [start: number, interval: number, values: number[]][] = [];
  for (const { start, end, value } of spans) {
    const run = runs.at(-1);
    if (run && run[1] === end - start && run[0] + run[1] * run[2].length === start) run[2].push(value);
    else runs.push([start, end - start, [value]]);
  }
  return JSON.stringify(runs);
}

/** What `packed` made, of a text that this hub wrote. */
export function unpacked(text: string): Span[] {
  const runs = JSON.parse(text) as [start: number, interval: number, values: number[]][];
  return runs.flatMap(([start, interval, values]) =>
    values.map((value, at) => ({ start: start + at * interval, end: start + (at + 1) * interval, value })),
  );
}
