const STEPS = [
  1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
  1_209_600, 2_592_000,
] as const;

/** The shortest window of seconds with a name people use that cuts `span` seconds into at most `most` pieces. */
export function niceStep(span: number, most: number): number {
  return STEPS.find((step) => span / step <= most) ?? STEPS[STEPS.length - 1]!;
}

/** A duration as its largest whole unit: 600 is 10 minutes, 5400 is 90 minutes. */
export function inUnits(seconds: number): { count: number; unit: 'second' | 'minute' | 'hour' | 'day' } {
  if (seconds % 86_400 === 0) return { count: seconds / 86_400, unit: 'day' };
  if (seconds % 3600 === 0) return { count: seconds / 3600, unit: 'hour' };
  if (seconds % 60 === 0) return { count: seconds / 60, unit: 'minute' };
  return { count: seconds, unit: 'second' };
}
