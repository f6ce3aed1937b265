import type { DeviceMessage } from './driver.ts';

/**
 * What a device means that tells its figures by the names that carry their unit: a JSON object with at least one of them, or with
 * `switch`. Null for everything else, which is recorded as it comes.
 */
export function figuresIn(text: string): DeviceMessage | null {
  const said = objectOf(text);
  if (!said) return null;
  const { time, switch: state, ...rest } = said;
  const values = Object.fromEntries(Object.entries(rest).filter(isValue));
  const on = ON.get(state);
  if (on === undefined && !Object.keys(values).some(isFigure)) return null;
  const reading = {
    values,
    valid: true,
    ...(typeof time === 'number' && { time }),
    ...(on !== undefined && { on }),
  };
  return { reading, online: true };
}

/** Whether a name says by itself what is measured and in which unit, see DeviceReading. */
export function isFigure(name: string): boolean {
  return FIGURE.test(name);
}

const FIGURE = /^(power_w|energy_wh|energy_returned_wh|voltage_v|current_a|temperature_c|frequency_hz)(_\d)?$/;

const ON: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [1, true],
  [true, true],
  [0, false],
  [false, false],
]);

function objectOf(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function isValue(entry: [string, unknown]): entry is [string, number | null] {
  return entry[1] === null || typeof entry[1] === 'number';
}
