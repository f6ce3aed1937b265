/** One thing to be measured: how many a second. */
export type Measure = () => Promise<number>;

export interface Comparison {
  readonly ours: number;
  readonly theirs: number;
  /** The median of the rounds' own ratios, which a slow moment of the machine moves least. */
  readonly ratio: number;
}

/** Measures both in turn, so that a slow moment of the machine meets both; the first turn warms up. */
export async function compareRates(ours: Measure, theirs: Measure, rounds = 3): Promise<Comparison> {
  const pairs: [number, number][] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair: [number, number] = [await ours(), await theirs()];
    if (round > 0) pairs.push(pair);
  }
  return {
    ours: median(pairs.map(([rate]) => rate)),
    theirs: median(pairs.map(([, rate]) => rate)),
    ratio: median(pairs.map(([rate, reference]) => rate / reference)),
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** The value below which `share` (0 to 1) of all lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** How many a second `work` does when repeated for at least `ms`; it returns how many it did. */
export async function rate(ms: number, work: () => number | Promise<number>): Promise<number> {
  const started = performance.now();
  let done = 0;
  let spent = 0;
  while (spent < ms) {
    done += await work();
    spent = performance.now() - started;
  }
  return (done * 1000) / spent;
}

/** A figure with its thousands set off. */
export function figure(value: number, digits = 0): string {
  return value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
