import type { DeviceMessage, DeviceRef } from './driver.ts';
import { figure, plausible, times } from './quantity.ts';

/** What both generations of an OpenEVSE call their figures, and what these are in our units. */
const FIGURES: Readonly<Record<string, readonly [name: string, factor: number]>> = {
  amp: ['current_a', 1e-3],
  voltage: ['voltage_v', 1],
  power: ['power_w', 1],
  pilot: ['pilot_a', 1],
  total_energy: ['energy_wh', 1e3],
  session_energy: ['session_wh', 1],
  temp: ['temperature_c', 0.1],
  temp1: ['temperature_c_1', 0.1],
  temp2: ['temperature_c_2', 0.1],
  temp3: ['temperature_c_3', 0.1],
};
const READY = 1;
const CHARGING = 3;
const SLEEPING = 254;
const DISABLED = 255;

/** One of the charger's topics below its base; `own` are the figures that only this generation tells. */
export function chargerMessage(name: string, text: string, own: typeof FIGURES = {}): DeviceMessage | null {
  if (name === 'state') return stateOf(figure.parse(text));
  const [known, factor] = own[name] ?? FIGURES[name] ?? [];
  if (known === undefined || factor === undefined) return null;
  // A sensor that is not there says `false`.
  const value = text === 'false' ? null : times(figure.parse(text), factor);
  return value === undefined ? null : { online: true, reading: plausible({ [known]: value }) };
}

/** From ready to charging it gives a car what it asks for; asleep or disabled it does not. A fault tells of no switch. */
function stateOf(state: number | undefined): DeviceMessage | null {
  if (state === undefined || !Number.isInteger(state) || state < 0 || state > DISABLED) return null;
  const reading = { values: { state }, valid: true };
  const isOff = state === SLEEPING || state === DISABLED;
  if (!isOff && !(state >= READY && state <= CHARGING)) return { online: true, reading };
  return { online: true, reading, on: !isOff };
}

/** Below which topic it publishes. */
export function chargerTopic({ settings }: DeviceRef, fallback: string): string {
  return typeof settings.topic === 'string' ? settings.topic : fallback;
}
