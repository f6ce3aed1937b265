import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { BillRow, Line } from '../../models/cost/bill.ts';
import type { CostModel } from '../../models/cost/cost-model.ts';
import { PERIODS } from '../../models/cost/period.ts';
import { rounded, shared } from '../../models/tariff/money.ts';
import { tariffSchema } from '../../models/tariff/tariff.ts';
import type { TariffModel } from '../../models/tariff/tariff-model.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface CostsApiDeps {
  readonly tariffs: TariffModel;
  readonly costs: CostModel;
  readonly clock: Clock;
}

export const tariffBody = tariffSchema;

export const tariffAnswer = z.object({
  tariff: tariffSchema.nullable(),
  offered: z.number().int().nullable().describe('Price of a kWh in millionths that came along from another system'),
});

const LONGEST_S = 732 * 86_400;
const LONGEST_FINE_S = 62 * 86_400;

export const costsQuery = z
  .object({
    from: z.coerce
      .number()
      .int()
      .min(0)
      .max(2 ** 33)
      .describe('Unix seconds'),
    to: z.coerce
      .number()
      .int()
      .min(0)
      .max(2 ** 33)
      .describe('Unix seconds; what lies after now is left out'),
    by: z.enum(PERIODS).default('day').describe('By the household’s clock'),
  })
  .refine(({ from, to }) => to > from && to - from <= LONGEST_S, {
    path: ['to'],
    error: 'after from, by two years at most',
  })
  .refine(({ from, to, by }) => by !== 'half-hour' || to - from <= LONGEST_FINE_S, {
    path: ['by'],
    error: 'half-hours of at most 62 days',
  });

const line = z.object({
  kWh: z.number(),
  cost: z.number().int().describe('Millionths of the currency’s main unit, VAT in it'),
  unpriced: z.number().describe('Of kWh, what has no known price and is not in cost'),
  missing: z.number().int().describe('Seconds nobody measured'),
});

const row = z.object({
  start: z.number().int(),
  end: z.number().int(),
  house: line.describe('What the meter says; where it is silent, what the devices say'),
  rest: line.describe('Of house, what no device measured; may be negative'),
  devices: line.array().describe('In the order of the devices above; with rest they add up to house'),
  unmetered: z.number().describe('Of house, the kWh that only devices told of'),
  standing: z.number().int().describe('Standing charge of the days that begin in the row'),
});

export const costsAnswer = z.object({
  currency: z.string(),
  metered: z.boolean().describe('The household has a meter of its own'),
  devices: z.object({ id: z.number().int(), name: z.string() }).array(),
  rows: row.array(),
  total: row,
});

/** `/api/v1/tariff` and `/api/v1/costs`. */
export function costsApi({ tariffs, costs, clock }: CostsApiDeps) {
  return {
    async show(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      res.json({ tariff: tariffs.get(account) ?? null, offered: await tariffs.broughtPrice(account) });
    },

    async set(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      await tariffs.set(account, parsed(tariffBody, req.body ?? {}));
      res.json({ tariff: tariffs.get(account), offered: await tariffs.broughtPrice(account) });
    },

    async costs(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      const { from, to, by } = parsed(costsQuery, req.query);
      const found = await costs.costs(account, { from, to: Math.min(to, clock.seconds()), by });
      if (!found) throw new HubError('HUB_NOT_FOUND', { sentence: 'This household has no tariff yet.' });
      const { tariff, metered, devices, rows, total } = found;
      res.json({ currency: tariff.currency, metered, devices, rows: rows.map(rowAnswer), total: rowAnswer(total) });
    },
  };
}

function rowAnswer({ start, end, house, rest, devices, unmetered, standing }: BillRow): z.infer<typeof row> {
  const shares = shared([...devices, rest].map(({ cost }) => cost));
  return {
    start,
    end,
    house: lineAnswer(house, rounded(house.cost)),
    rest: lineAnswer(rest, shares.at(-1) ?? 0),
    devices: devices.map((device, at) => lineAnswer(device, shares[at] ?? 0)),
    unmetered: unmetered / JOULES_A_KWH,
    standing: rounded(standing),
  };
}

function lineAnswer({ joules, unpriced, missing }: Line, cost: number): z.infer<typeof line> {
  return { kWh: joules / JOULES_A_KWH, cost, unpriced: unpriced / JOULES_A_KWH, missing };
}

const JOULES_A_KWH = 3_600_000;
