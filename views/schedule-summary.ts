import type { Schedule } from '../models/schedule/schedule.ts';
import { needWords } from './need-words.ts';
import type { Words } from './page.ts';
import { span } from './plan-why.ts';

/** "5 h, ready by 08:00". */
export function scheduleWords(schedule: Schedule, words: Words): string {
  const { t } = words;
  const { mode, need, readyBy, within, timer } = schedule;
  if (mode === 'on' || mode === 'off') return t(`schedule.mode.${mode}`);
  if (mode === 'timer') return timer.map(({ from, to }) => `${from}–${to}`).join(', ');
  if (within !== null) return t('schedules.within', { need: needWords(need, words), hours: span(within) });
  return t('schedules.ready', { need: needWords(need, words), time: readyBy ?? '–' });
}

/** "every day", or the days' short names. */
export function repeatWords({ repeat }: Schedule, words: Pick<Words, 't' | 'language'>): string {
  if (!repeat) return words.t('schedules.repeat.once');
  const all =
    repeat.weekdays.length === 7
      ? [words.t('schedules.repeat.daily')]
      : [repeat.weekdays.map((day) => name(Date.UTC(2024, 0, day, 12), { weekday: 'short' }, words)).join(' ')];
  const months = (repeat.months ?? []).map((month) =>
    name(Date.UTC(2024, month - 1, 1, 12), { month: 'short' }, words),
  );
  return [...all, ...(months.length > 0 ? [months.join(' ')] : [])].join(', ');
}

function name(at: number, format: Intl.DateTimeFormatOptions, { language }: Pick<Words, 'language'>): string {
  const tag = { en: 'en-GB', cy: 'cy', de: 'de-DE' }[language];
  return new Intl.DateTimeFormat(tag, { ...format, timeZone: 'UTC' }).format(at);
}
