/** Equal intervals: `count` of them from `start` on, in Unix seconds. */
export interface Grid {
  readonly start: number;
  readonly interval: number;
  readonly count: number;
}

/** No grid is finer, and none is larger. */
const FINEST = 300;
const MOST = 9000;

/** The grid over `from` to `to`: of the wanted interval, five minutes at the least, doubled until it has at most 9,000 figures. */
export function gridOf(from: number, to: number, wanted: number): Grid {
  let interval = Math.max(FINEST, Math.ceil(wanted));
  while ((to - from) / interval > MOST - 1) interval *= 2;
  const start = Math.floor(from / interval) * interval;
  return { start, interval, count: Math.max(0, Math.ceil((to - start) / interval)) };
}
