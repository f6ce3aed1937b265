import { DateTime } from 'luxon';
import { ZONE } from './prices.ts';

export type DeviceName = 'heater' | 'washer' | 'car';

/** What happens to the home and to the hub, at Unix seconds. */
export type Happening = { readonly at: number } & (
  | { readonly kind: 'leave' }
  | { readonly kind: 'arrive'; readonly used: number }
  /** The hub is gone for so many seconds. */
  | { readonly kind: 'restart'; readonly seconds: number }
  /** A device loses the broker, and comes back. */
  | { readonly kind: 'offline' | 'online'; readonly device: DeviceName }
  /** The hub's wall clock is off by so many seconds from now on. */
  | { readonly kind: 'clock'; readonly error: number }
  | { readonly kind: 'prices'; readonly down: boolean }
);

/** Mean days between faults of each kind. */
export interface FaultRate {
  readonly restart: number;
  readonly offline: number;
  readonly clock: number;
  readonly prices: number;
}

const DAY_S = 86_400;
const [MINUTE, HOUR] = [60, 3600];

/** Where the car goes, and what goes wrong, in order. */
export function happenings(from: number, days: number, rate: FaultRate, chance: () => number): Happening[] {
  const all = [...trips(from, days, chance), ...faults(from + DAY_S, days - 1, rate, chance)];
  return all.filter(({ at }) => at < from + days * DAY_S).sort((a, b) => a.at - b.at);
}

/** Out on weekdays from about 08:10 to between 16:30 and 21:00, on three Saturdays in four in between. One evening in sixty is very late. */
function trips(from: number, days: number, chance: () => number): Happening[] {
  const first = DateTime.fromSeconds(from, { zone: ZONE }).startOf('day');
  return Array.from({ length: days }, (_, n) => first.plus({ days: n })).flatMap((day): Happening[] => {
    const [luck, late, far] = [chance(), chance(), chance()];
    if (day.weekday === 7 || (day.weekday === 6 && luck > 0.75) || luck > 0.95) return [];
    const leave = day.set({ hour: day.weekday === 6 ? 10 : 8, minute: 5 }).toSeconds() + Math.floor(luck * 20 * MINUTE);
    const hours = day.weekday === 6 ? 14 + 3 * late : 16.5 + 4.5 * late;
    const home =
      late > 1 - 1 / 60 ? day.plus({ days: 1 }).set({ hour: 4 }) : day.set({ hour: 0 }).plus({ minutes: 60 * hours });
    const used = far > 0.9 ? 0.35 + 2 * (far - 0.9) : 0.12 + 0.25 * far;
    return [
      { at: leave, kind: 'leave' },
      { at: Math.floor(home.toSeconds()), kind: 'arrive', used },
    ];
  });
}

function faults(from: number, days: number, rate: FaultRate, chance: () => number): Happening[] {
  const at = () => Math.floor(from + chance() * days * DAY_S);
  const times = (every: number) => Array.from({ length: Math.round(days / every) }, at);
  const restarts = times(rate.restart).map(
    (at): Happening => ({ at, kind: 'restart', seconds: Math.floor(MINUTE * (1 + 14 * chance())) }),
  );
  const offline = times(rate.offline).flatMap((at): Happening[] => {
    const device = (['heater', 'washer', 'car'] as const)[Math.floor(chance() * 3)] ?? 'car';
    const until = at + Math.floor(MINUTE * (10 + 110 * chance()));
    return [
      { at, kind: 'offline', device },
      { at: until, kind: 'online', device },
    ];
  });
  const clock = times(rate.clock).flatMap((at): Happening[] => {
    const error = [HOUR, -HOUR, 3 * HOUR, -3 * HOUR, 90, -90][Math.floor(chance() * 6)] ?? HOUR;
    return [
      { at, kind: 'clock', error },
      { at: at + Math.floor(MINUTE * (5 + 25 * chance())), kind: 'clock', error: 0 },
    ];
  });
  const prices = times(rate.prices).flatMap((at): Happening[] => [
    { at, kind: 'prices', down: true },
    { at: at + Math.floor(HOUR * (2 + 16 * chance())), kind: 'prices', down: false },
  ]);
  return [...restarts, ...offline, ...clock, ...prices];
}
