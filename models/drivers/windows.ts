import { z } from 'zod';
import { DeviceError } from './device-error.ts';

const minute = z.number().int().min(0).max(1440);

/** A time of day in which a device is on, in minutes after midnight UTC. One that ends before it starts passes midnight. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

const WINDOWS = z.array(z.object({ start: minute, end: minute }));

/** The windows that a device is to keep by itself; throws DeviceError where it cannot keep so many. */
export function parseWindows(windows: unknown, most: number): Window[] {
  const parsed = WINDOWS.safeParse(windows);
  if (!parsed.success) throw new DeviceError('unsupported', 'A window has a start and an end in minutes of the day.');
  if (parsed.data.length > most)
    throw new DeviceError('unsupported', `The device keeps at most ${most} windows of a day.`);
  return parsed.data;
}

/** Hour and minute of the day; midnight at its end is midnight at its start. */
export function hourMinute(minutes: number): readonly [hour: number, minute: number] {
  return [Math.floor(minutes / 60) % 24, minutes % 60];
}
