import type { DevicePlan, PlannedRun } from '../models/plan/device-plan.ts';
import type { KeptSchedule } from '../models/schedule/schedule.ts';
import type { Words } from './page.ts';
import { dateWords } from './schedule-once.ts';

export interface StateParts {
  readonly schedule?: KeptSchedule;
  readonly runs: readonly PlannedRun[];
  readonly plan: DevicePlan | undefined;
  /** The next deadline, where one comes. */
  readonly due?: number | null;
  readonly boost: { readonly until: number } | null;
  readonly words: Words;
}

/** How a device does, as words with a shape of their own. */
export function stateOf({ schedule, runs, plan, due, boost, words }: StateParts): { words: string; look: string } {
  const { t } = words;
  if (plan?.alarm != null) return { words: t('schedules.state.alarm'), look: 'bad' };
  if (boost)
    return { words: t('schedules.state.boost', { time: words.clockTime(boost.until * 1000) }), look: 'is-live' };
  if (schedule?.pausedUntil != null)
    return { words: t('schedules.state.paused', { day: dateWords(schedule.pausedUntil, words) }), look: '' };
  if (schedule?.mode === 'on' || schedule?.mode === 'off')
    return { words: t(`schedules.state.${schedule.mode}`), look: '' };
  const now = words.now / 1000;
  const isMeant = plan?.reason.kind === 'run' || plan?.reason.kind === 'cycle';
  const isNow = runs.some(({ state, start, end }) => state === 'running' || (isMeant && start <= now && now < end));
  if (isNow || (runs.length === 0 && isMeant))
    return plan?.running === false
      ? { words: t('schedules.state.starts'), look: '' }
      : { words: t('schedules.state.runs'), look: 'is-live' };
  const isDone = runs.length > 0 ? runs.every(({ state }) => state === 'done') : plan?.reason.kind === 'done';
  if (isDone) return { words: t('schedules.state.done'), look: 'good' };
  if (plan?.reason.kind === 'unknown') return { words: t('schedules.state.unknown'), look: '' };
  if (plan && plan.short > 0) return { words: t('schedules.state.short'), look: 'bad' };
  const waits = runs.length > 0 || (plan?.periods.length ?? 0) > 0 || due != null;
  return { words: t(waits ? 'schedules.state.waits' : 'schedules.state.none'), look: '' };
}
