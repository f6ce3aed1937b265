import type { Device } from '../models/device.ts';
import { isPlan } from '../models/planner/problem.ts';
import { whyOf } from '../models/planner/why.ts';
import { hasSwitch } from '../models/switchable.ts';
import { money } from './money.ts';
import { impossibleInWords, whyInWords } from './plan-why.ts';
import { type SchedulesParts, scheduleRow, timesOf } from './schedules-page.ts';

/** The part of a device's page about its schedules: each with its next run, and why then. Null where it cannot be switched. */
export function deviceSchedule(parts: SchedulesParts, device: Device) {
  if (!hasSwitch(parts.drivers, device)) return null;
  const own = parts.schedules.filter((schedule) => schedule.device === device.id);
  const boost = parts.boostOf(device.id);
  return {
    rows: own.map((schedule) => scheduleRow(parts, schedule)),
    boost: boost ? parts.words.clockTime(boost.until * 1000) : null,
    why: whyIn(parts, device.id),
  };
}

/** The reason for the plan in force, as it was when it was made. */
function whyIn({ planOf, prices, currency, words }: SchedulesParts, device: number): string | null {
  const plan = planOf(device);
  if (!plan?.made || plan.reason.kind === 'done') return null;
  const { problem, plan: made, impossible } = plan.made;
  if (impossible) return impossibleInWords(problem, impossible, words);
  if (!isPlan(made) || made.periods.length === 0) return null;
  const isPriced = plan.schedule?.mix.length === 0;
  if (isPriced && !prices.money) return words.t('schedule.why.flat', { times: timesOf(made.periods, words) });
  const kW = (plan.powerW ?? 1000) / 1000;
  const amount = (cost: number) => money(Math.round(cost * kW * 1e6), currency, words);
  const why = whyOf(problem, made, { shared: true });
  return whyInWords(problem, made, why, { ...words, ...(isPriced && { amount }) });
}
