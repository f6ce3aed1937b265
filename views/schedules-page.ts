import { type LocalDay, localDay } from '../lib/local-day.ts';
import type { Device } from '../models/device.ts';
import type { Driver } from '../models/drivers/driver.ts';
import type { DevicePlan, PlannedRun } from '../models/plan/device-plan.ts';
import { type Prices, worthOf } from '../models/plan/prices.ts';
import type { Period } from '../models/planner/problem.ts';
import type { KeptSchedule } from '../models/schedule/schedule.ts';
import { hasSwitch } from '../models/switchable.ts';
import { money } from './money.ts';
import type { Words } from './page.ts';
import { stateOf } from './schedule-state.ts';
import { repeatWords, scheduleWords } from './schedule-summary.ts';

export interface SchedulesParts {
  readonly schedules: readonly KeptSchedule[];
  readonly devices: readonly Device[];
  readonly drivers: ReadonlyMap<string, Driver>;
  /** From today's midnight to tomorrow's end. */
  readonly runs: readonly PlannedRun[];
  readonly planOf: (device: number) => DevicePlan | undefined;
  readonly boostOf: (device: number) => { readonly until: number } | null;
  /** Its next deadline, Unix seconds; null: none comes. */
  readonly dueOf: (schedule: KeptSchedule) => number | null;
  readonly prices: Prices;
  readonly currency: string;
  /** In the household's zone. */
  readonly words: Words;
}

/** What views/schedules.ejs prints: the runs of today and tomorrow by device, every schedule, and devices that could have one. */
export function schedulesPage(parts: SchedulesParts) {
  const { schedules, devices, drivers, words } = parts;
  const today = localDay(words.now / 1000, words.zone);
  const tomorrow = localDay(today.end, words.zone);
  const days = [
    { name: words.t('schedules.today'), key: 'today', rows: dayRows(parts, today) },
    { name: words.t('schedules.tomorrow'), key: 'tomorrow', rows: dayRows(parts, tomorrow) },
  ];
  const count = days.reduce((sum, { rows }) => sum + rows.length, 0);
  return {
    days: days.filter(({ rows }) => rows.length > 0),
    say: count === 0 ? words.t('schedules.say.none') : words.t('schedules.say', { count }),
    all: schedules.map((schedule) => scheduleRow(parts, schedule)),
    free: devices.filter((device) => hasSwitch(drivers, device)).map(({ id, name }) => ({ id, name })),
  };
}

/** The day's runs by device, what runs first first. */
function dayRows({ runs, devices, planOf, prices, currency, words, ...parts }: SchedulesParts, day: LocalDay) {
  const running = devices
    .map((device) => ({ device, own: runs.filter((run) => run.device === device.id && touches(run, day)) }))
    .sort((a, b) => (a.own[0]?.start ?? 0) - (b.own[0]?.start ?? 0));
  return running.flatMap(({ device, own }) => {
    if (own.length === 0) return [];
    const plan = planOf(device.id);
    const periods = own.map(({ start, end }): Period => [Math.max(start, day.start), Math.min(end, day.end)]);
    const { money: cost } = worthOf(prices, periods, plan?.powerW ?? null);
    const schedule = own.find((run) => run.schedule !== null)?.schedule ?? null;
    return [
      {
        device: device.id,
        name: device.name,
        href: schedule === null ? `/devices/${device.id}` : `/schedules/${schedule}`,
        times: own
          .map(({ start, end }) => `${words.clockTime(start * 1000)}–${words.clockTime(end * 1000)}`)
          .join(', '),
        cost:
          cost === null ? null : words.t('schedules.cost', { cost: money(Math.round(cost * 1e6), currency, words) }),
        state: stateOf({ runs: own, plan, boost: isToday(day, words) ? parts.boostOf(device.id) : null, words }),
      },
    ];
  });
}

/** A schedule with its next run and what can be done at once. */
export function scheduleRow({ devices, planOf, boostOf, dueOf, words }: SchedulesParts, schedule: KeptSchedule) {
  const device = devices.find(({ id }) => id === schedule.device);
  const plan = planOf(schedule.device);
  const own = plan?.schedule?.id === schedule.id ? plan : undefined;
  const boost = boostOf(schedule.device);
  const due = schedule.mode === 'smart' ? dueOf(schedule) : null;
  return {
    id: schedule.id,
    device: schedule.device,
    name: device?.name ?? '–',
    own: schedule.name,
    what: scheduleWords(schedule, words),
    repeat: repeatWords(schedule, words),
    next: nextWords(own?.periods ?? [], due, words),
    paused: schedule.pausedUntil !== null,
    mode: schedule.mode,
    boost: boost ? words.clockTime(boost.until * 1000) : null,
    state: stateOf({ schedule, runs: [], plan: own, due, boost, words }),
  };
}

/** When it runs next; of one that is not planned yet, by when it has to have run. */
function nextWords(periods: readonly Period[], due: number | null, words: Words): string {
  if (periods.length > 0) return words.t('schedule.device.next', { times: timesOf(periods, words) });
  return due === null ? '' : words.t('schedule.next', { time: words.moment(due * 1000) });
}

/** "00:30–04:30, 05:30–06:30", with the day where it is not today. */
export function timesOf(periods: readonly Period[], words: Words): string {
  return periods.map(([start, end]) => `${words.moment(start * 1000)}–${words.clockTime(end * 1000)}`).join(', ');
}

function touches(run: PlannedRun, { start, end }: LocalDay): boolean {
  return run.start < end && run.end > start;
}

function isToday({ start, end }: LocalDay, { now }: Words): boolean {
  return start * 1000 <= now && now < end * 1000;
}
