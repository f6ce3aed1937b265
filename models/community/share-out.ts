export interface ShareOut {
  /** What each takes, in the order of `uses`; never more than its use. */
  readonly shares: number[];
  /** What nobody could take: it is exported. Shares and this are the generation, exactly. */
  readonly left: number;
}

/**
 * Shares generation out among those who use at the time, equally, but to nobody more than it uses: water poured into vessels
 * side by side. Whole units, such as joules or Wh; what cannot be split evenly goes one by one to the first who still want it.
 * A use that is not above zero takes no part, nor does one that is not known (NaN).
 */
export function shareOut(generation: number, uses: ArrayLike<number>): ShareOut {
  const shares = new Array<number>(uses.length).fill(0);
  const { level, over } = levelOf(generation, uses);
  let odd = over;
  let left = generation;
  for (let at = 0; at < uses.length; at += 1) {
    const use = uses[at] as number;
    if (!(use > 0)) continue;
    let share = Math.min(use, level);
    if (use > level && odd > 0) {
      share += 1;
      odd -= 1;
    }
    shares[at] = share;
    left -= share;
  }
  return { shares, left };
}

/**
 * How high the water stands in those that are not full, and the units above it that are too few for another level. Whoever uses no
 * more than an equal part of what is there is met in full and leaves; that raises the part of the others, until nobody leaves.
 */
function levelOf(generation: number, uses: ArrayLike<number>): { level: number; over: number } {
  const wanted = new Float64Array(uses.length);
  let open = 0;
  for (let at = 0; at < uses.length; at += 1) if ((uses[at] as number) > 0) wanted[open++] = uses[at] as number;
  let spare = generation;
  while (open > 0) {
    const part = spare / open;
    let kept = 0;
    for (let at = 0; at < open; at += 1) {
      const use = wanted[at] as number;
      if (use <= part) spare -= use;
      else wanted[kept++] = use;
    }
    if (kept === open) return { level: Math.floor(spare / open), over: spare % open };
    open = kept;
  }
  return { level: Number.POSITIVE_INFINITY, over: 0 };
}
