const STEPS = [
  1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
  1_209_600, 2_592_000,
] as const;

/**
 * The shortest window that cuts `span` seconds into at most `most` pieces: one with a name people use where it is a whole
 * number of `interval`s, else any whole number of them.
 */
export function niceStep(span: number, most: number, interval = 1): number {
  const shortest = Math.max(1, Math.ceil(span / most / interval)) * interval;
  return STEPS.find((step) => step >= shortest && step <= shortest * 4 && step % interval === 0) ?? shortest;
}

/** A duration as its largest whole unit: 600 is 10 minutes, 5400 is 90 minutes. */
export function inUnits(seconds: number): { count: number; unit: 'second' | 'minute' | 'hour' | 'day' } {
  if (seconds % 86_400 === 0) return { count: seconds / 86_400, unit: 'day' };
  if (seconds % 3600 === 0) return { count: seconds / 3600, unit: 'hour' };
  if (seconds % 60 === 0) return { count: seconds / 60, unit: 'minute' };
  return { count: seconds, unit: 'second' };
}
