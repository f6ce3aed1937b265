import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Advice } from '../../models/advice/advice.ts';
import { cheapestTold, lightTold } from '../../models/advice/answer.ts';
import type { TariffModel } from '../../models/tariff/tariff-model.ts';
import type { Who } from '../../models/who.ts';
import { span } from '../../views/plan-why.ts';
import { parsed } from './parsed.ts';

export interface AdviceApiDeps {
  readonly advice: Pick<Advice, 'light' | 'cheapest'>;
  readonly tariffs: Pick<TariffModel, 'get'>;
  readonly clock: Pick<Clock, 'seconds'>;
}

const WEEK = 7 * 86_400;
const colour = z.enum(['green', 'amber', 'red']).nullable();
const source = z.string().min(1).max(64).optional().describe('A forecast by its name; absent: the one advice goes by');
const guide = {
  source: z.string(),
  unit: z.enum(['price', 'carbon', 'power', 'index']),
  optimise: z.enum(['min', 'max']),
  currency: z.string().nullable(),
};
const found = z
  .object({
    periods: z.array(z.tuple([z.number().int(), z.number().int()])).describe('[start, end] in Unix seconds'),
    cost: z.number().describe('Σ figure × hours at 1 kW'),
    unpriced: z.number().int().describe('Seconds without a figure; they count as the worst one known'),
  })
  .nullable();

export const nowQuery = z.object({ source });
export const nowAnswer = z.object({
  light: colour.describe('null: not known'),
  value: z.number().nullable().describe('What the forecast says of now'),
  until: z.number().int().nullable().describe('Unix seconds of the next change; null: none is known'),
  next: colour.describe('From then on'),
  flat: z.boolean().describe('Every hour is alike'),
  median: z.number().nullable(),
  quartile: z.number().nullable().describe('The 75th percentile'),
  green: z
    .object({ start: z.number().int(), end: z.number().int(), value: z.number() })
    .nullable()
    .describe('The next green time with its mean figure'),
  ...guide,
});

export const cheapestQuery = z.object({
  hours: z.coerce.number().min(0.25).max(24).default(3),
  before: z
    .union([z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/), z.coerce.number().int().min(0)])
    .default('08:00')
    .describe('HH:MM by the household’s clock, the next at which it fits; or Unix seconds'),
  source,
});
export const cheapestAnswer = z.object({
  hours: z.number(),
  from: z.number().int(),
  before: z.number().int(),
  block: found.describe('In one piece'),
  pieces: found.describe('In as many pieces as it takes'),
  ...guide,
});

/** `GET /api/v1/now` and `GET /api/v1/cheapest`. */
export function adviceApi({ advice, tariffs, clock }: AdviceApiDeps) {
  const currencyOf = (account: number) => tariffs.get(account)?.currency ?? null;
  return {
    now(req: Request, res: Response): void {
      const { account } = req.who as Who;
      const answer = advice.light(account, parsed(nowQuery, req.query).source);
      if (!answer) throw new HubError('HUB_FORECAST_NOT_FOUND');
      res.json(lightTold(answer, currencyOf(account)));
    },

    cheapest(req: Request, res: Response): void {
      const { account } = req.who as Who;
      const { hours, before, source } = parsed(cheapestQuery, req.query);
      if (typeof before === 'number' && before > clock.seconds() + WEEK)
        throw new HubError('HUB_BAD_REQUEST', { sentence: 'before: at most a week ahead.' });
      const run = Math.round(hours * 3600);
      const answer = advice.cheapest(account, { run, before }, source);
      if (!answer) throw new HubError('HUB_FORECAST_NOT_FOUND');
      if (!answer.cheapest.pieces) {
        const sentence = res.words().t('cheapest.cannot', { hours: span(run) });
        throw new HubError('HUB_PLAN_IMPOSSIBLE', { sentence });
      }
      res.json(cheapestTold(answer, currencyOf(account)));
    },
  };
}
