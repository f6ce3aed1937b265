import type { Stretch } from './stretches.ts';

/** What running costs from one moment of an ordered list to a later one; infinite across a hole. */
export function costTable(stretches: readonly Stretch[], times: readonly number[]) {
  const spent = new Float64Array(times.length);
  /** Seconds of holes so far. */
  const holes = new Float64Array(times.length);
  const pieces = stretches.flat();
  let [index, sum, gone, at] = [0, 0, 0, times[0] ?? 0];
  times.forEach((time, i) => {
    while (at < time) {
      const piece = pieces[index];
      if (!piece || at < piece.start) {
        const to = Math.min(time, piece?.start ?? time);
        gone += to - at;
        at = to;
      } else {
        const to = Math.min(time, piece.end);
        sum += piece.weight * Math.max(0, to - at);
        at = Math.max(at, to);
        if (at >= piece.end) index += 1;
      }
    }
    spent[i] = sum;
    holes[i] = gone;
  });
  return {
    /** The greatest weight there is, without its sign; never 0. */
    scale: pieces.reduce((most, { weight }) => Math.max(most, Math.abs(weight)), 0) || 1,
    between(from: number, to: number): number {
      if ((holes[to] as number) > (holes[from] as number)) return Number.POSITIVE_INFINITY;
      return (spent[to] as number) - (spent[from] as number);
    },
  };
}
