import type { DevicePlan, PlannedRun } from '../models/plan/device-plan.ts';
import type { KeptSchedule } from '../models/schedule/schedule.ts';
import type { Words } from './page.ts';
import { dateWords } from './schedule-once.ts';

export interface StateParts {
  readonly schedule?: KeptSchedule;
  readonly runs: readonly PlannedRun[];
  readonly plan: DevicePlan | undefined;
  readonly boost: { readonly until: number } | null;
  readonly words: Words;
}

/** How a device does, as words with a shape of their own. */
export function stateOf({ schedule, runs, plan, boost, words }: StateParts): { words: string; look: string } {
  const { t } = words;
  if (plan?.alarm != null) return { words: t('schedules.state.alarm'), look: 'bad' };
  if (boost)
    return { words: t('schedules.state.boost', { time: words.clockTime(boost.until * 1000) }), look: 'is-live' };
  if (schedule?.pausedUntil != null)
    return { words: t('schedules.state.paused', { day: dateWords(schedule.pausedUntil, words) }), look: '' };
  if (schedule?.mode === 'on' || schedule?.mode === 'off')
    return { words: t(`schedules.state.${schedule.mode}`), look: '' };
  const now = words.now / 1000;
  const isOn = plan?.reason.kind === 'run' || plan?.reason.kind === 'cycle';
  const runsNow = runs.some(({ state, start, end }) => state === 'running' || (isOn && start <= now && now < end));
  if (runsNow || (runs.length === 0 && isOn)) return { words: t('schedules.state.runs'), look: 'is-live' };
  const isDone = runs.length > 0 ? runs.every(({ state }) => state === 'done') : plan?.reason.kind === 'done';
  if (isDone) return { words: t('schedules.state.done'), look: 'good' };
  const waits = runs.length > 0 || (plan?.periods.length ?? 0) > 0;
  return { words: t(waits ? 'schedules.state.waits' : 'schedules.state.none'), look: '' };
}
