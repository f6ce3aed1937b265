/** The value to so many decimal places, halves away from zero; what 15 significant digits show as a half is one. */
export function roundTo(value: number, places: number): number {
  const factor = 10 ** places;
  const scaled = Number((Math.abs(value) * factor).toPrecision(15));
  const rounded = Math.floor(scaled + 0.5) / factor;
  if (!Number.isFinite(rounded) || rounded === 0) return Number.isFinite(rounded) ? 0 : value;
  return value < 0 ? -rounded : rounded;
}

/** The value with exactly two decimal places, as EmonCMS's CSV has it. */
export function twoPlaces(value: number | null): string {
  return value === null ? 'null' : roundTo(value, 2).toFixed(2);
}
