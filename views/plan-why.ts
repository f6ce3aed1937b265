import { deadlineOf, type Impossible, type Plan, type Problem } from '../models/planner/problem.ts';
import type { Why } from '../models/planner/why.ts';
import { clockTime, moment } from './format.ts';
import type { Words } from './page.ts';

/** Whose language and zone it is told in, and what a cost at 1 kW is to them; without that it is told as a number. */
export type Reader = Pick<Words, 't' | 'number' | 'language' | 'zone'> & { readonly amount?: (cost: number) => string };

/** One sentence: when it runs, for how much, what another time would cost, and what keeps it from being better. */
export function whyInWords({ optimise, now }: Problem, { periods }: Plan, why: Why, reader: Reader): string {
  const words = { ...reader, now };
  const { t } = words;
  const parts = {
    times: times(periods, words),
    cost: amount(why.cost, words),
    now: comparedWithNow(why, words),
    next: why.next ? t('plan.why.next', { time: at(why.next.start, words), cost: amount(why.next.cost, words) }) : '',
    binding: t(`plan.why.binding.${why.binding}`),
  };
  return t(optimise === 'max' ? 'plan.why.max' : 'plan.why.min', parts);
}

/** Why nothing can be planned, and what could be. */
export function impossibleInWords(problem: Problem, { longest, earliest }: Impossible, reader: Reader): string {
  const words = { ...reader, now: problem.now };
  const { t } = words;
  const sentences = [
    t('plan.cannot', { run: span(problem.run), time: at(deadlineOf(problem), words) }),
    longest > 0 ? t('plan.cannot.longest', { longest: span(longest) }) : t('plan.cannot.none'),
    ...(earliest === null ? [] : [t('plan.cannot.earliest', { time: at(earliest, words) })]),
  ];
  return sentences.join(' ');
}

/** "2 h 15 min", the same in every language. */
export function span(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return told.join(' ') || '0 s';
}

/** Periods that are told one by one. */
const LISTED = 3;

/** Times on the day of `now` (Unix seconds) are told without it. */
type Told = Reader & { readonly now: number };

function times(periods: Plan['periods'], words: Told): string {
  const [first, last] = [periods[0]?.[0] ?? 0, periods.at(-1)?.[1] ?? 0];
  if (periods.length > LISTED)
    return words.t('plan.why.many', { count: periods.length, from: at(first, words), to: at(last, words) });
  return periods.map(([start, end]) => `${at(start, words)}–${clockTime(end * 1000, words.zone)}`).join(', ');
}

function comparedWithNow({ cost, costNow }: Why, words: Told): string {
  if (costNow === null) return '';
  const difference = amount(Math.abs(cost - costNow), words);
  if (difference === amount(0, words)) return words.t('plan.why.now.same');
  return words.t(cost < costNow ? 'plan.why.now.less' : 'plan.why.now.more', { amount: difference });
}

function at(seconds: number, words: Told): string {
  return moment(seconds * 1000, words.zone, words.language, words.now * 1000);
}

function amount(cost: number, words: Told): string {
  return words.amount?.(cost) ?? words.number(cost, 2);
}
