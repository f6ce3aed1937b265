import type { Need } from './schedule.ts';

/** What is known of the device when its need is turned into time. */
export interface Known {
  /** Watts it draws while it runs; null: not known. */
  readonly powerW: number | null;
  /** Its state of charge, 0 to 1; null: not known. */
  readonly soc?: number | null;
  /** Seconds it has run for this occurrence since its target was reached. */
  readonly atTarget?: number;
}

/** What is missing to tell how long a device has to run. */
export type Missing = 'power' | 'soc';

/** Whole seconds a device has to run; null where its power or state of charge is not known, see `missingFor`. */
export function secondsNeeded(need: Need, known: Known): number | null {
  if (need.kind === 'time') return need.seconds;
  if (missingFor(need, known)) return null;
  const watts = known.powerW as number;
  if (need.kind === 'energy') return whole((need.wh / watts) * 3600);
  const gap = need.target - (levelOf(need, known) as number);
  const balancing = need.balanceFrom !== undefined && need.target > need.balanceFrom ? need.balanceSeconds : 0;
  // Only a battery that was charged is balanced: a full one is left alone.
  if (gap <= 0) return known.atTarget === undefined ? 0 : Math.max(0, balancing - known.atTarget);
  return whole(((gap * need.capacityWh) / watts) * 3600) + balancing;
}

/** What is not known and has to be; null where everything is. A state of charge is never guessed. */
export function missingFor(need: Need, known: Known): Missing | null {
  if (need.kind === 'time') return null;
  if (need.kind === 'charge' && levelOf(need, known) === null) return 'soc';
  return known.powerW === null || known.powerW <= 0 ? 'power' : null;
}

/** A state of charge, 0 to 1, from an input's last value in per cent; null where it is none or older than a day. */
export function socOf(last: { time: number | null; value: number | null } | undefined, now: number): number | null {
  if (!last || last.value === null || last.time === null) return null;
  if (!(last.value >= 0 && last.value <= 100) || now - last.time > OLDEST_S) return null;
  return last.value / 100;
}

/** Whether the need is told anew by an input while the device runs, so that what was delivered is in it already. */
export function isMeasured(need: Need): boolean {
  return need.kind === 'charge' && 'input' in need.current;
}

function levelOf(need: Extract<Need, { kind: 'charge' }>, { soc = null }: Known): number | null {
  return 'level' in need.current ? need.current.level : soc;
}

/** Up to a whole second, but not for what floating point adds to one. */
function whole(seconds: number): number {
  return Math.ceil(seconds - 1e-6);
}

const OLDEST_S = 86_400;
