import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import { plan } from '../../models/planner/plan.ts';
import { isPlan, type Problem } from '../../models/planner/problem.ts';
import { whyOf } from '../../models/planner/why.ts';
import { TimeBudget } from '../../models/time-budget.ts';
import type { Who } from '../../models/who.ts';
import { impossibleInWords, whyInWords } from '../../views/plan-why.ts';
import { parsed } from './parsed.ts';

const LATEST = 2 ** 33;
/** A month, for what is planned and for what is known. */
const LONGEST = 31 * 86_400;
const time = z.number().min(0).max(LATEST);
const length = z.number().min(0).max(LONGEST).transform(Math.ceil);
const price = z.number().min(-1e9).max(1e9);

export const planBody = z
  .object({
    start: time.int().describe('Unix seconds at which the first price begins'),
    interval: z.number().int().min(1).max(LONGEST).describe('Seconds each price lasts'),
    profile: z.array(price.nullable()).min(1).max(9000).describe('Price of a kWh in each interval; null: not known'),
    optimise: z.enum(['min', 'max']).default('min'),
    now: time.transform(Math.ceil).describe('Unix seconds; nothing is planned before'),
    readyBy: time.transform(Math.floor).describe('Unix seconds; everything planned ends by then'),
    run: z.number().positive().max(LONGEST).transform(Math.ceil).describe('Seconds it has to run'),
    interruptible: z.boolean().describe('Whether it may stop and go on'),
    minRun: length.optional().describe('Shortest run in seconds'),
    minRest: length.optional().describe('Shortest rest between runs in seconds'),
    maxStarts: z.number().int().min(0).max(1000).optional().describe('Most starts from now on'),
    blocks: z.number().int().min(0).max(50).optional().describe('Exactly so many runs, a minute or more apart'),
    within: length.optional().describe('Ready within so many seconds of now'),
    never: z
      .array(z.tuple([time.int(), time.int()]))
      .max(500)
      .optional()
      .describe('[start, end] in which it never runs'),
    limit: price.optional().describe('Never dearer than this; with max never worse'),
    running: length.optional().describe('Seconds it has been on without a break: going on now is no new start'),
    rested: length.optional().describe('Seconds it has been off: minRest counts from then'),
    spread: z
      .number()
      .min(0)
      .lt(1)
      .optional()
      .describe('Where among equally good plans this one lies, so that a neighbourhood does not start at once'),
  })
  .refine(({ now, readyBy }) => readyBy - now <= LONGEST, { path: ['readyBy'], error: 'at most 31 days after now' })
  .refine(({ running, rested }) => running === undefined || rested === undefined, {
    path: ['rested'],
    error: 'it is either running or rested',
  })
  .refine(({ interval, profile }) => interval * profile.length <= 12 * LONGEST, {
    path: ['profile'],
    error: 'at most a year of prices',
  });

export const planQuery = z.object({ lang: z.enum(['en', 'cy', 'de']).optional().describe('Of the sentence `why`') });

export const planAnswer = z.object({
  periods: z.array(z.tuple([z.number().int(), z.number().int()])).describe('[start, end] in Unix seconds, in order'),
  cost: z.number().describe('Σ price × hours at 1 kW'),
  why: z.string().describe('One sentence; show it as text'),
  facts: z.object({
    costNow: z.number().nullable().describe('Of starting now and running through; null: not all of it has a price'),
    next: z
      .object({ start: z.number().int(), cost: z.number() })
      .nullable()
      .describe('The best plan for who misses the interval in which this one starts'),
    binding: z
      .enum(['deadline', 'one-piece', 'min-run', 'min-rest', 'starts', 'never', 'limit', 'price'])
      .describe('The rule without which the plan would be better; price: none'),
    saving: z.number().describe('What it would be better by'),
    unpriced: z.number().int().describe('Seconds planned without a price; they count as the worst price known'),
    gap: z.number().describe('No plan is better by more than this; 0: none is better'),
  }),
});

/** A key or person may have the hub plan for a third of the time. The worst request takes one to two seconds. */
const BUDGET = { ms: 20_000, perMs: 60_000 };

/** `POST /api/v1/plan`: when to run, without saving anything. */
export function planApi({ clock }: { readonly clock: Clock }) {
  const budget = new TimeBudget(clock, BUDGET);
  return {
    make(req: Request, res: Response): void {
      const problem = problemOf(req.body);
      const words = res.words();
      const { account, by, user } = req.who as Who;
      const { outcome, why: reasons } = budget.run(`${account} ${by} ${user}`, () => planned(problem));
      if (reasons === null)
        throw new HubError('HUB_PLAN_IMPOSSIBLE', { sentence: impossibleInWords(problem, outcome, words) });
      const { cost, ...facts } = reasons;
      const { periods, unpriced, gap } = outcome;
      const why = whyInWords(problem, outcome, { cost, ...facts }, words);
      res.json({ periods, cost, why, facts: { ...facts, unpriced, gap } });
    },
  };
}

/** The plan and the reasons for it, or why there is none. */
function planned(problem: Problem) {
  const outcome = plan(problem);
  return isPlan(outcome) ? { outcome, why: whyOf(problem, outcome) } : { outcome, why: null };
}

/** What a request asks to be planned. Throws HUB_BAD_REQUEST. */
export function problemOf(body: unknown): Problem {
  const wish = parsed(planBody, body ?? {});
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) as unknown as Problem;
}
