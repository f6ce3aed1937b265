import { z } from 'zod';
import { clockOf, minutesOf } from '../../lib/time-of-day.ts';
import { wallAt } from '../../lib/wall-clock.ts';
import type { Device } from '../../models/device.ts';
import { secondsNeeded } from '../../models/schedule/need.ts';
import type { Occurrence } from '../../models/schedule/occurrence.ts';
import type { KeptSchedule, Schedule } from '../../models/schedule/schedule.ts';
import type { Extra } from '../../models/schedule/schedule-model.ts';

/** PHP clients send numbers as text as well. */
const number = z.union([z.number(), z.string().regex(/^\s*-?[\d.]+(e-?\d+)?\s*$/i)]).transform(Number);
const flag = z
  .union([z.boolean(), z.literal([0, 1, '0', '1', '', 'true', 'false'])])
  .transform((value) => value === true || value === 1 || value === '1' || value === 'true');
const hour = number.pipe(z.number().min(0).max(24));
const share = number.pipe(z.number().min(0).max(1));
const size = number.pipe(z.number().min(0).max(1_000_000));
const word = z.string().max(64);

const part = z
  .object({ name: word.min(1), weight: number.default(1) })
  .catchall(z.union([z.string().max(128), z.number()]));

/** The settings EmonCMS’s demand shaper knows. Others are dropped. */
export const shaperSettings = z
  .object({
    device: word,
    device_type: word,
    device_name: z.string().max(128),
    ctrlmode: z.enum(['on', 'off', 'smart', 'timer']),
    period: number.pipe(z.number().min(0).max(24)),
    end: hour,
    end_timestamp: number.pipe(
      z
        .number()
        .min(0)
        .max(2 ** 33),
    ),
    interruptible: flag,
    runone: flag,
    on_completion: z.enum(['smart', 'off', 'on']),
    forecast_config: z.array(part).max(8),
    forecast_units: z.enum(['generic', 'pkwh', 'gco2']),
    timer: z.array(z.object({ start: hour, end: hour })).max(12),
    ip: z.string().max(45),
    flowT: number.pipe(z.number().min(0).max(100)),
    soc_source: z.enum(['time', 'energy', 'distance', 'input', 'ovms', 'api']),
    battery_capacity: size,
    charge_rate: size,
    target_soc: share,
    current_soc: share.nullable(),
    balpercentage: share,
    baltime: number.pipe(z.number().min(0).max(100)),
    car_economy: size,
    charge_energy: size,
    charge_distance: size,
    distance_units: z.enum(['miles', 'km']),
    ovms_vehicleid: word,
    ovms_carpass: word,
    divert_mode: number,
  })
  .partial();

export type ShaperSettings = z.infer<typeof shaperSettings>;

export interface Told {
  readonly device: Device;
  readonly schedule: KeptSchedule;
  readonly extra: Extra;
  readonly next: Occurrence | null;
  /** The config that says the same as the schedule's mix. */
  readonly config: readonly unknown[];
  /** Whether the caller may see what lets its holder into the car. */
  readonly secrets: boolean;
}

/** A schedule in EmonCMS’s words. What Hearth has no word for is as it was last sent, or EmonCMS’s default. */
export function settingsOf({ device, schedule, extra, next, config, secrets }: Told): Record<string, unknown> {
  const type = typeOf(device);
  const kept = shaperSettings.safeParse(extra.settings).data ?? {};
  const own =
    type === 'openevse'
      ? { ...OPENEVSE, ...pick(kept, OPENEVSE) }
      : type === 'hpmon'
        ? { ...HPMON, ...pick(kept, HPMON) }
        : {};
  return {
    device: device.node,
    device_type: type,
    device_name: device.name,
    ctrlmode: schedule.mode,
    period: periodOf(schedule, kept),
    end: schedule.readyBy === null ? 0 : minutesOf(schedule.readyBy) / 60,
    end_timestamp: next?.readyBy ?? 0,
    interruptible: schedule.interruptible ? 1 : 0,
    runone: 0,
    on_completion: schedule.onCompletion,
    forecast_config: config,
    forecast_units: kept.forecast_units ?? 'generic',
    timer: [0, 1].map((at) => timerOf(schedule.timer[at])),
    ip: device.ip,
    ...own,
    ...(type === 'openevse' ? socOf(schedule) : {}),
    ...(secrets || type !== 'openevse' ? {} : { ovms_carpass: '' }),
  };
}

/** The time of day of so many hours after midnight. Minutes are rounded with their carry. */
export function clockAfter(hours: number): string {
  return clockOf(Math.round(hours * 60));
}

/** EmonCMS’s kind of device. */
export function typeOf({ type, family }: Device): string {
  if (family.startsWith('openevse')) return 'openevse';
  return type === '' ? 'smartplug' : type;
}

/** Hours on the wall clock, as EmonCMS counts them. */
export function localHour(time: number, zone: string): number {
  const minutes = Math.round((((wallAt(time, zone) % DAY_S) + DAY_S) % DAY_S) / 60) % 1440;
  return Math.floor(minutes / 60) + Math.round(((minutes % 60) / 60) * 1000) / 1000;
}

/** The settings that are kept beside a schedule because Hearth has no word for them. */
export function keptBeside(settings: ShaperSettings): Extra {
  const { forecast_config, forecast_units, flowT } = settings;
  const car = pick(settings, OPENEVSE);
  return JSON.parse(
    JSON.stringify({ ...car, forecast_config, forecast_units, flowT, period: settings.period }),
  ) as Extra;
}

function periodOf({ need, powerW }: Schedule, { period = 0 }: ShaperSettings): number {
  const seconds = secondsNeeded(need, { powerW });
  return seconds === null ? period : seconds / 3600;
}

/** What of the car is Hearth's word. */
function socOf({ need, powerW }: Schedule): Record<string, unknown> {
  const rate = powerW === null ? {} : { charge_rate: powerW / 1000 };
  if (need.kind !== 'charge') return rate;
  const level = 'level' in need.current ? { current_soc: need.current.level } : { soc_source: 'input' };
  return { ...rate, battery_capacity: need.capacityWh / 1000, target_soc: need.target, ...level };
}

function timerOf(window: Schedule['timer'][number] | undefined): { start: number; end: number } {
  return window ? { start: minutesOf(window.from) / 60, end: minutesOf(window.to) / 60 || 24 } : { start: 0, end: 0 };
}

function pick<D extends object>(settings: ShaperSettings, known: D): Partial<Record<keyof D, unknown>> {
  return Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => name in known && value !== undefined),
  ) as Partial<Record<keyof D, unknown>>;
}

const DAY_S = 86_400;
const HPMON = { flowT: 30 };
/** A state of charge is never made up: EmonCMS begins with 0.2. */
const OPENEVSE = {
  soc_source: 'time',
  battery_capacity: 40,
  charge_rate: 7.5,
  target_soc: 0.8,
  current_soc: null,
  balpercentage: 0.9,
  baltime: 2,
  car_economy: 4,
  charge_energy: 0,
  charge_distance: 0,
  distance_units: 'miles',
  ovms_vehicleid: '',
  ovms_carpass: '',
  divert_mode: 0,
};
