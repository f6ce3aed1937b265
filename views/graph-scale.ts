/** A value axis with round gridlines. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  /** The gridlines' values, ascending, from `low` to `high`. */
  readonly lines: readonly number[];
  /** Decimals the gridlines' words need. */
  readonly digits: number;
}

/**
 * The axis for values from `low` to `high`: at most five gridlines 1, 2 or 5 times a power of ten apart. It starts at
 * zero unless the values lie far from it, as a mains voltage does.
 */
export function scaleOf(low: number, high: number): Scale {
  if (!(Number.isFinite(low) && Number.isFinite(high))) return scaleOf(0, 1);
  const far = low > 0 ? low > (high - low) * 2 : -high > (high - low) * 2;
  const from = far ? low : Math.min(0, low);
  const to = far ? high : Math.max(0, high);
  const step = roundStep(to - from || Math.abs(to) || 1);
  const first = Math.floor(from / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(to / step - 1e-9));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const lines = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toFixed(digits)));
  return { low: lines[0]!, high: lines[lines.length - 1]!, lines, digits };
}

function roundStep(span: number): number {
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const times = [1, 2, 5, 10].find((t) => t * power >= rough * 0.999) ?? 10;
  return times * power;
}
