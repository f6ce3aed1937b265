import type { Desired } from './device.ts';

/** What a device says of its switch, and how that came about. */
export interface Report {
  readonly on?: boolean;
  /** Unix seconds. */
  readonly at: number;
  /** Monotonic milliseconds at which it was asked; absent where it told by itself. */
  readonly asked?: number;
  /** As the driver says: true a person's, false nobody's, absent not known. */
  readonly wish?: boolean;
  /** It has just started, or has come back to the broker. */
  readonly reboot?: boolean;
  /** Seconds since it started, where it tells. */
  readonly uptime?: number;
}

/** `agrees`: as wished. `wish`: a person switched it at the device. `behind`: it has lost the wish, or never had it. */
export type Meaning = 'agrees' | 'wish' | 'behind';

/**
 * What it means that a device is on or off. `unbroken`: it did as wished and has been there ever since. A start makes a device
 * forget, which is never taken for a wish; a change without a start in between is somebody's.
 */
export function meaningOf(
  desired: Desired | null,
  { on, at, wish, reboot, uptime }: Report & { readonly on: boolean },
  unbroken: boolean,
): Meaning {
  if (desired === null) return wish === true ? 'wish' : 'agrees';
  if (on === desired.on) return 'agrees';
  if (wish !== undefined) return wish ? 'wish' : 'behind';
  if (reboot || desired.reached === undefined) return 'behind';
  if (uptime !== undefined) return at - uptime < desired.reached - CLOCK_SLACK ? 'wish' : 'behind';
  return unbroken ? 'wish' : 'behind';
}

/** Seconds by which a device's own count may be off. */
const CLOCK_SLACK = 5;
