import { costOf, plan } from '../../../models/planner/plan.ts';
import { isPlan, type Problem } from '../../../models/planner/problem.ts';
import { whyOf } from '../../../models/planner/why.ts';
import { clockTime, type Language, moment, number } from '../../../views/format.ts';
import { impossibleInWords, type Reader, span, whyInWords } from '../../../views/plan-why.ts';
import { type Locale, translator } from '../../../views/translator.ts';

export interface Listener {
  readonly language: Language;
  readonly locale: Locale;
  readonly zone: string;
}

/** The plan and its reasons, line by line: the sentence, each period with its cost, and the figures behind the sentence. */
export function explain(problem: Problem, { language, locale, zone }: Listener): { lines: string[]; planned: boolean } {
  const reader: Reader = {
    ...{ language, zone, t: translator(language, locale) },
    number: (value, digits) => number(value, language, digits),
  };
  const outcome = plan(problem);
  if (!isPlan(outcome)) return { lines: [impossibleInWords(problem, outcome, reader)], planned: false };
  const why = whyOf(problem, outcome);
  const at = (seconds: number) => moment(seconds * 1000, zone, language, problem.now * 1000);
  const periods = outcome.periods.map((period) => {
    const [start, end] = period;
    return `  ${at(start)}–${clockTime(end * 1000, zone)}  ${span(end - start)}  ${number(costOf(problem, [period]).cost, language, 4)}`;
  });
  const figures = {
    cost: number(outcome.cost, language, 4),
    costNow: why.costNow === null ? '–' : number(why.costNow, language, 4),
    next: why.next ? `${at(why.next.start)}  ${number(why.next.cost, language, 4)}` : '–',
    binding: `${why.binding}  ${number(why.saving, language, 4)}`,
    unpriced: span(outcome.unpriced),
    gap: number(outcome.gap, language, 4),
  };
  const rows = Object.entries(figures).map(([name, value]) => `${name.padEnd(9)} ${value}`);
  return { lines: [whyInWords(problem, outcome, why, reader), ...periods, ...rows], planned: true };
}
