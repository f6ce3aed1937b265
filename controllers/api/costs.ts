import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { BillRow, Line } from '../../models/cost/bill.ts';
import type { CostModel, Costs } from '../../models/cost/cost-model.ts';
import { PERIODS, periodEdges } from '../../models/cost/period.ts';
import { milligrams, rounded, shared, sharedMilligrams } from '../../models/tariff/money.ts';
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
  co2: z.number().describe('Grams of CO2, of what was taken; 0 while the tariff has no source of carbon'),
  unweighed: z.number().describe('Of kWh, what was taken at a time whose CO2 nobody knows'),
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

const known = {
  currency: z.string(),
  metered: z.boolean().describe('The household has a meter of its own'),
  devices: z.object({ id: z.number().int(), name: z.string() }).array(),
};

export const costsAnswer = z.object({ ...known, rows: row.array(), total: row });

export const todayAnswer = z.object({
  ...known,
  soFar: row.describe('From midnight by the household’s clock until now'),
  toMidnight: row.describe('The whole day, if the rest of it goes as the last seven days did on average'),
});

const percent = z.number().nullable();

export const qualityAnswer = z.object({
  rows: z.object({ start: z.number().int(), end: z.number().int() }).array(),
  devices: z
    .object({
      device: z.number().int(),
      failed: percent.describe('Per cent of its askings that failed; null where none is known of'),
      missing: percent.describe('Per cent of its readings that should be there and are not'),
      invalid: percent.describe('Per cent of its answers that it does not trust itself'),
      powerOns: z
        .number()
        .int()
        .array()
        .nullable()
        .describe('How often it had been on, in each row; null where its power is not recorded'),
    })
    .array(),
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
      if (!found) throw new HubError('HUB_NOT_FOUND', { sentence: NO_TARIFF });
      const { rows, total } = found;
      res.json({ ...knownOf(found), rows: rows.map(rowAnswer), total: rowAnswer(total) });
    },

    async today(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      const found = await costs.today(account, clock.seconds());
      if (!found) throw new HubError('HUB_NOT_FOUND', { sentence: NO_TARIFF });
      const { soFar, toMidnight } = found;
      res.json({ ...knownOf(found), soFar: rowAnswer(soFar), toMidnight: rowAnswer(toMidnight) });
    },

    async quality(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      const { from, to, by } = parsed(costsQuery, req.query);
      const edges = periodEdges(from, Math.min(to, clock.seconds()), costs.zoneOf(account), by);
      const rows = edges.slice(1).map((end, at) => ({ start: edges[at], end }));
      res.json({ rows, devices: rows.length === 0 ? [] : await costs.quality(account, edges) });
    },
  };
}

const NO_TARIFF = 'This household has no tariff yet.';

function knownOf({ tariff, metered, devices }: Pick<Costs, 'tariff' | 'metered' | 'devices'>) {
  return { currency: tariff.currency, metered, devices };
}

function rowAnswer({ start, end, house, rest, devices, unmetered, standing }: BillRow): z.infer<typeof row> {
  const parts = [...devices, rest];
  const shares = shared(parts.map(({ cost }) => cost));
  const grams = sharedMilligrams(parts.map(({ carbon }) => carbon)).map((mg) => mg / 1000);
  return {
    start,
    end,
    house: lineAnswer(house, rounded(house.cost), milligrams(house.carbon) / 1000),
    rest: lineAnswer(rest, shares.at(-1) ?? 0, grams.at(-1) ?? 0),
    devices: devices.map((device, at) => lineAnswer(device, shares[at] ?? 0, grams[at] ?? 0)),
    unmetered: unmetered / JOULES_A_KWH,
    standing: rounded(standing),
  };
}

function lineAnswer({ joules, unpriced, unweighed, missing }: Line, cost: number, co2: number): z.infer<typeof line> {
  const kWh = (all: number) => all / JOULES_A_KWH;
  return { kWh: kWh(joules), cost, unpriced: kWh(unpriced), missing, co2, unweighed: kWh(unweighed) };
}

const JOULES_A_KWH = 3_600_000;
