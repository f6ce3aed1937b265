import { z } from 'zod';
import { dateOf, wallDay } from '../../lib/wall-clock.ts';
import { occurrenceAt } from '../../models/schedule/occurrence.ts';
import { parseSchedule, type Schedule } from '../../models/schedule/schedule.ts';
import type { Extra } from '../../models/schedule/schedule-model.ts';
import { clockAfter } from './demandshaper-settings.ts';
import { mixOf } from './demandshaper-sources.ts';
import type { World } from './demandshaper-wish.ts';

const flag = z
  .union([z.boolean(), z.coerce.number()])
  .transform((value) => (typeof value === 'boolean' ? value : value !== 0));

/** The schedule of the demand shaper’s first version, as plugs’ pages of then sent it. */
export const firstSchedule = z.object({
  device: z.string().min(1).max(64),
  end: z.coerce.number().min(0).max(24).default(8),
  period: z.coerce.number().min(0).max(24).default(3),
  interruptible: flag.default(false),
  /** True, or when it was asked for. */
  runonce: z.union([z.boolean(), z.coerce.number()]).default(false),
  repeat: z.array(flag).length(7).default([true, true, true, true, true, true, true]),
  basic: flag.default(false),
  active: flag.default(true),
  signal: z.string().max(64).default(''),
});

export type FirstSchedule = z.infer<typeof firstSchedule>;

/** `repeat` by the ISO weekday, `runonce` the next deadline only, `basic` the run that ends at `end`. */
export function firstWish(first: FirstSchedule, world: World): Schedule {
  const { device, current, zone, now, holidays } = world;
  const seconds = Math.round(first.period * 3600);
  const weekdays = first.repeat.flatMap((on, at) => (on ? [at + 1] : []));
  const daily = parseSchedule({
    ...{ ...current, device: device.id, mode: first.active ? 'smart' : 'off', need: { kind: 'time', seconds } },
    ...{ readyBy: clockAfter(first.end), within: null, interruptible: first.interruptible && !first.basic },
    ...{ repeat: { weekdays: EVERY_DAY }, once: null, skip: [], changes: {}, pausedUntil: null },
    ahead: first.basic ? Math.max(60, seconds) : 86_400,
    mix: first.signal === '' ? (current?.mix ?? []) : mixOf([{ name: first.signal, weight: 1 }], world.sources),
  });
  const isOnce =
    first.runonce === true ||
    (typeof first.runonce === 'number' && (first.runonce === 1 || now - first.runonce < 86_400));
  if (!isOnce && weekdays.length > 0) return { ...daily, repeat: { weekdays, holidays: 'as-usual' } };
  if (!isOnce) return { ...daily, mode: 'off' };
  const next = occurrenceAt({ ...daily, mode: 'smart' }, now, zone, holidays);
  return { ...daily, repeat: null, once: next?.day ?? dateOf(wallDay(now, zone)) };
}

/** What the first version's page asks for again. */
export function firstShape(schedule: Schedule, { first }: Extra): Record<string, unknown> {
  const kept = firstSchedule.safeParse(first);
  if (!kept.success) return {};
  const { device, end, period, interruptible, basic, runonce } = kept.data;
  const repeat = EVERY_DAY.map((day) => (schedule.repeat?.weekdays.includes(day) ? 1 : 0));
  return { device, end, period, interruptible: interruptible ? 1 : 0, runonce, repeat, basic: basic ? 1 : 0 };
}

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
