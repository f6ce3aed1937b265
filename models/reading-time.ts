import { HubError } from '../lib/errors.ts';

const OLDEST = Date.UTC(2000, 0, 1) / 1000;
const DAY = 86_400;

/** Throws HUB_TIME_TOO_OLD or HUB_TIME_AHEAD for a time (Unix seconds) no reading can have. */
export function checkReadingTime(time: number, now: number): void {
  if (time < OLDEST) throw new HubError('HUB_TIME_TOO_OLD');
  if (time > now + DAY) throw new HubError('HUB_TIME_AHEAD');
}
