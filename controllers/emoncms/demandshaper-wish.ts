import { dateOf, wallAt, wallDay } from '../../lib/wall-clock.ts';
import type { Device } from '../../models/device.ts';
import type { ForecastSource } from '../../models/forecast/source.ts';
import { occurrenceAt } from '../../models/schedule/occurrence.ts';
import { type KeptSchedule, type Need, parseSchedule, type Schedule } from '../../models/schedule/schedule.ts';
import { clockAfter, type ShaperSettings, typeOf } from './demandshaper-settings.ts';
import { mixOf } from './demandshaper-sources.ts';

export interface World {
  readonly device: Device;
  /** What the device has; undefined where it has none. */
  readonly current: KeptSchedule | undefined;
  /** The household's inputs. */
  readonly inputs: readonly { readonly id: number; readonly node: string; readonly name: string }[];
  /** The household's forecasts. */
  readonly sources: readonly Pick<ForecastSource, 'name' | 'provider' | 'unit' | 'optimise' | 'params'>[];
  readonly zone: string;
  readonly holidays: readonly string[];
  /** Unix seconds. */
  readonly now: number;
}

/** A schedule from EmonCMS’s settings. What is not said stays as it is. */
export function wishOf(settings: ShaperSettings, world: World): Schedule {
  const { device, current } = world;
  const base = parseSchedule({ ...current, device: device.id });
  const { ctrlmode, interruptible, on_completion: onCompletion, timer, forecast_config: config } = settings;
  const wish: Schedule = {
    ...base,
    ...(ctrlmode === undefined ? {} : { mode: ctrlmode }),
    ...(interruptible === undefined ? {} : { interruptible }),
    ...(onCompletion === undefined ? {} : { onCompletion }),
    ...(timer === undefined ? {} : { timer: timersOf(timer, base.timer) }),
    ...(config === undefined ? {} : { mix: mixOf(config, world.sources) }),
    ...needFields(settings, world),
    ...deadlineFields(settings, base, world),
  };
  // EmonCMS keeps a timer without times: it is on never.
  return wish.mode === 'timer' && wish.timer.length === 0 ? { ...wish, mode: 'off' } : paused(settings, wish, world);
}

function deadlineFields(
  { end, end_timestamp: at }: ShaperSettings,
  base: Schedule,
  { zone, now }: World,
): Partial<Schedule> {
  if (at !== undefined && at > now) return { readyBy: clockAfter((wallAt(at, zone) % 86_400) / 3600), within: null };
  if (end !== undefined) return { readyBy: clockAfter(end), within: null };
  return base.readyBy === null && base.within === null ? { readyBy: '08:00' } : {};
}

/** A deadline later than the next one leaves out those before it. */
function paused({ end_timestamp: at }: ShaperSettings, wish: Schedule, { zone, now, holidays }: World): Schedule {
  if (at === undefined || at <= now || wish.mode !== 'smart') return wish;
  const free = { ...wish, pausedUntil: null };
  const next = occurrenceAt(free, now, zone, holidays);
  const day = dateOf(wallDay(at, zone));
  return next && day > next.day ? { ...wish, pausedUntil: day } : free;
}

function timersOf(timers: NonNullable<ShaperSettings['timer']>, before: Schedule['timer']): Schedule['timer'] {
  const used = timers
    .filter(({ start, end }) => start !== end)
    .map(({ start, end }) => ({ from: clockAfter(start), to: clockAfter(end) }));
  // EmonCMS's two are the first two of ours.
  return [...used, ...before.slice(2)];
}

function needFields(settings: ShaperSettings, world: World): Partial<Schedule> {
  const { period } = settings;
  const byTime = period === undefined ? {} : { need: { kind: 'time' as const, seconds: Math.round(period * 3600) } };
  if (typeOf(world.device) !== 'openevse') return byTime;
  const rate = settings.charge_rate ? { powerW: settings.charge_rate * 1000 } : {};
  const wh = energyOf(settings) * 1000;
  if (settings.soc_source === 'energy' || settings.soc_source === 'distance')
    return wh > 0 ? { ...rate, need: { kind: 'energy', wh } } : { ...rate, ...byTime };
  const need = chargeOf(settings, world);
  return { ...rate, ...(need ? { need } : byTime) };
}

function energyOf({
  soc_source: source,
  charge_energy: energy = 0,
  charge_distance: distance = 0,
  car_economy: economy = 0,
}: ShaperSettings): number {
  return source === 'energy' ? energy : economy > 0 ? distance / economy : 0;
}

/** Undefined where nothing tells the state of charge: then the period that was sent counts. */
function chargeOf(settings: ShaperSettings, { device, inputs }: World): Need | undefined {
  const { soc_source: source, battery_capacity: capacity, target_soc: target, current_soc: level } = settings;
  if (source === undefined || source === 'time' || !capacity || target === undefined) return undefined;
  const told = [device.node, 'openevse'].flatMap((node) =>
    inputs.filter((input) => input.node === node && input.name === 'soc'),
  );
  const stated = source === 'input' || level === null || level === undefined ? undefined : { level };
  const current = told[0] ? { input: told[0].id } : stated;
  if (!current) return undefined;
  const { balpercentage: balanceFrom, baltime = 0 } = settings;
  const balance = balanceFrom === undefined ? {} : { balanceFrom };
  return {
    kind: 'charge',
    capacityWh: capacity * 1000,
    target,
    current,
    ...balance,
    balanceSeconds: Math.round(baltime * 3600),
  };
}
