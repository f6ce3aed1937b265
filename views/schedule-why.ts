import type { ForecastUnit } from '../models/forecast/forecast.ts';
import { isPlan } from '../models/planner/problem.ts';
import { cellsOf } from './curve-cells.ts';
import { amountOf } from './curve-words.ts';
import { needWords } from './need-words.ts';
import { impossibleInWords, whyInWords } from './plan-why.ts';
import { LONGEST_S, type Previewed, type PreviewWords } from './previewed.ts';
import { costWords } from './schedule-facts.ts';

/** What the device will do, in one sentence. */
export function headingOf(seen: Previewed, words: PreviewWords): string {
  const { t } = words;
  const { device, mode, deadline } = seen;
  if (mode !== 'smart') return t(`schedule.heading.${mode}`, { device });
  const parts = {
    device,
    need: needWords(seen.need, words),
    time: deadline === null ? '–' : words.clockTime(deadline * 1000),
  };
  const cost = costWords(seen, words);
  if (seen.planned && !isPlan(seen.planned.outcome)) return t('schedule.heading.cannot', parts);
  return cost === null ? t('schedule.heading', parts) : t('schedule.heading.cost', { ...parts, cost });
}

/** Why at these times. */
export function whyOf(seen: Previewed, words: PreviewWords): string {
  const { planned, mode, periods } = seen;
  const { t } = words;
  if (mode === 'on' || mode === 'off') return t(`schedule.why.${mode}`);
  if (mode === 'timer') return t('schedule.why.timer');
  if (seen.missing) return t(`schedule.why.missing.${seen.missing}`);
  if (!planned && seen.deadline !== null && seen.deadline > seen.now + LONGEST_S) return t('schedule.why.far');
  if (!planned) return t(seen.deadline === null ? 'schedule.why.nothing' : 'schedule.why.done');
  const { problem, outcome, why } = planned;
  if (!isPlan(outcome))
    return impossibleInWords(problem, { ...outcome, longest: outcome.longest - (outcome.longest % 60) }, words);
  if (isFlat(seen))
    return t('schedule.why.flat', { times: periods.map(([from, to]) => between(from, to, words)).join(', ') });
  return why ? whyInWords(problem, outcome, why, { ...words, amount: amountOf(seen, words) }) : '';
}

/** What the picture shows. */
export function noteOf(seen: Previewed, words: PreviewWords): string {
  const { t } = words;
  const kind = t(`schedule.note.${kindOf(seen)}`);
  const chosen = seen.periods.length > 0 ? ` ${t('schedule.note.chosen')}` : '';
  const second = seen.carbon && seen.curve.unit !== 'carbon' ? ` ${t('schedule.note.second')}` : '';
  return `${kind}${chosen}${second}`;
}

/** What the picture’s values are. */
export function unitOf(seen: Previewed, { t }: PreviewWords): string {
  return t(`schedule.unit.${kindOf(seen)}`);
}

/** By when it is next. */
export function nextOf({ deadline, mode }: Previewed, words: PreviewWords): string {
  if (mode !== 'smart') return '';
  if (deadline === null) return words.t('schedule.next.none');
  return words.t('schedule.next', { time: `${words.day(deadline * 1000)}, ${words.clockTime(deadline * 1000)}` });
}

/** All times are as good: a reason that compares prices would say nothing. */
function isFlat({ curve, now, deadline }: Previewed): boolean {
  const cells = cellsOf(curve, now, deadline ?? now + DAY_S);
  const known = cells.flatMap(({ value }) => (value === null ? [] : [value]));
  return known.every((value) => value === known[0]);
}

function kindOf({ mixed, curve }: Previewed): ForecastUnit | 'mix' {
  return mixed ? 'mix' : curve.unit;
}

function between(from: number, to: number, words: PreviewWords): string {
  return `${words.moment(from * 1000)}–${words.clockTime(to * 1000)}`;
}

const DAY_S = 86_400;
