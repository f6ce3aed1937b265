import { localDay } from '../lib/local-day.ts';
import type { PlannedRun } from '../models/plan/device-plan.ts';
import { worthOf } from '../models/plan/prices.ts';
import type { Period } from '../models/planner/problem.ts';
import { money } from './money.ts';
import type { Words } from './page.ts';
import { stateOf } from './schedule-state.ts';
import type { SchedulesParts } from './schedules-page.ts';

type Parts = Pick<SchedulesParts, 'runs' | 'devices' | 'planOf' | 'boostOf' | 'prices' | 'currency' | 'words'>;

/** What ran, runs and will run from midnight to tomorrow noon, with what it costs, and what it would if all of it began now. */
export function homeRuns(parts: Parts) {
  const { words, currency } = parts;
  const now = words.now / 1000;
  const today = localDay(now, words.zone);
  const runs = parts.runs.filter(({ start, end }) => end > today.start && start < today.end + HALF_DAY);
  const all = groupsOf(runs)
    .map((group) => ({ group, row: rowOf(parts, group, now) }))
    .sort((a, b) => a.row.at - b.row.at);
  return {
    title: words.t(`home.runs.${partOfDay(runs, today.end, words)}`),
    rows: all.map(({ row }) => row),
    total: totalOf(
      all.map(({ row }) => row),
      (micro) => money(micro, currency, words),
      words,
    ),
  };
}

/** "tonight" in the evening; else today, and the night as well where something runs in it. */
function partOfDay(runs: readonly PlannedRun[], midnight: number, { now, clockTime }: Words): string {
  if (clockTime(now) >= EVENING) return 'tonight';
  return runs.some(({ start, state }) => state !== 'done' && start >= midnight) ? 'both' : 'today';
}

/** The runs of a device towards one deadline. */
function groupsOf(runs: readonly PlannedRun[]): PlannedRun[][] {
  const groups = new Map<string, PlannedRun[]>();
  for (const run of runs) {
    const key = `${run.device} ${run.schedule} ${run.readyBy}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

function rowOf({ devices, planOf, boostOf, prices, currency, words }: Parts, runs: readonly PlannedRun[], now: number) {
  const [first] = runs as [PlannedRun];
  const { device, schedule, readyBy } = first;
  const plan = planOf(device);
  const own = runs.some(({ state }) => state !== 'done');
  const state = stateOf({ runs, plan: own ? plan : undefined, boost: own ? boostOf(device) : null, words });
  const isNow = runs.some(
    (run) => run.state === 'running' || (run.state !== 'done' && run.start <= now && now < run.end),
  );
  const next = runs.find((run) => run.state !== 'done' && run.start > now);
  const at = isNow ? now : (next?.start ?? first.start);
  const worth = (periods: readonly Period[]) => penniesOf(worthOf(prices, periods, plan?.powerW ?? null).money);
  const cost = worth(runs.map(({ start, end }) => [start, end]));
  return {
    at,
    time: words.clockTime(at * 1000),
    look: isNow ? 'now' : next ? 'next' : 'done',
    name: devices.find(({ id }) => id === device)?.name ?? '–',
    href: schedule === null ? `/devices/${device}` : `/schedules/${schedule}`,
    times: runs.map(({ start, end }) => `${clock(start, words)}–${clock(end, words)}`).join(', '),
    readyBy: readyBy === null || !own ? null : words.t('home.runs.by', { time: clock(readyBy, words) }),
    cost: cost === null ? null : money(cost, currency, words),
    state: state.look === 'bad' || (own && boostOf(device)) ? state : null,
    micro: cost,
    waits: next !== undefined,
    atOnce: worth(atOnce(runs, now)),
  };
}

/** What is over as it was, and what is to come from now on in one go. */
function atOnce(runs: readonly PlannedRun[], now: number): Period[] {
  const gone = runs.map(({ start, end }): Period => [start, Math.min(end, now)]).filter(([start, end]) => end > start);
  const left = runs.reduce((sum, { start, end }) => sum + Math.max(0, end - Math.max(start, now)), 0);
  return left > 0 ? [...gone, [now, now + left]] : gone;
}

type Row = ReturnType<typeof rowOf>;

/** Only where something waits, and every figure in it is known. */
function totalOf(rows: readonly Row[], paid: (micro: number) => string, { t }: Words): string {
  const known = rows.flatMap(({ micro, atOnce }) => (micro === null || atOnce === null ? [] : [{ micro, atOnce }]));
  if (known.length < rows.length || !rows.some(({ waits }) => waits)) return '';
  const sum = known.reduce((all, { micro }) => all + micro, 0);
  const instead = known.reduce((all, { atOnce }) => all + atOnce, 0);
  if (sum === instead) return t('home.runs.sum', { sum: paid(sum) });
  return t('home.runs.instead', { sum: paid(sum), instead: paid(instead) });
}

/** What is shown adds up to what is shown as its sum. */
function penniesOf(cost: number | null): number | null {
  return cost === null ? null : Math.round(cost * 100) * PENNY;
}

function clock(time: number, { clockTime }: Words): string {
  return clockTime(time * 1000);
}

const PENNY = 10_000;
const EVENING = '18:00';
const HALF_DAY = 43_200;
