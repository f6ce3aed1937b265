import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import { FAULT_KINDS, faultKind } from '../../models/forecast/fault-kind.ts';
import type { Forecast } from '../../models/forecast/forecast.ts';
import type { ForecastModel } from '../../models/forecast/forecast-model.ts';
import { type ForecastSource, sourceName, sourceSchema } from '../../models/forecast/source.ts';
import type { MixPart } from '../../models/schedule/schedule.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface ForecastsApiDeps {
  readonly forecasts: ForecastModel;
  readonly clock: Pick<Clock, 'seconds'>;
}

const LATEST = 2 ** 33;
const DAY = 86_400;
const LONGEST = 40 * DAY;
const time = z.coerce.number().int().min(0).max(LATEST);
const unit = z.enum(['price', 'carbon', 'power', 'index']);
const better = z.enum(['min', 'max']);

export const forecastPath = z.object({ source: z.string().min(1).max(64) });
export const forecastBody = sourceSchema;
export const forecastPatch = z.object({
  name: sourceName.optional(),
  params: z.record(z.string(), z.unknown()).optional().describe('Those left out stay as they are, secrets too'),
});
export const forecastRange = z.object({
  from: time.optional().describe('Unix seconds; absent: now'),
  to: time.optional().describe('Absent: two days after `from`'),
  interval: z.coerce.number().int().min(300).max(DAY).optional().describe('Seconds; absent: the finest of the parts'),
});
export const mixQuery = forecastRange.extend({
  parts: z
    .string()
    .max(1000)
    .default('')
    .describe('`name:weight` with commas between, such as tariff:1,carbon:0.05; absent: the tariff'),
});
export const uploadBody = z.unknown().describe('JSON or CSV in one of the forms that docs/forecasts.md describes');

const fault = z.string().nullable().describe('Why nothing came of the last fetch, in English; null: it did not fail');
const code = z
  .enum(FAULT_KINDS)
  .nullable()
  .describe('The kind of fault, for programs; docs/forecasts.md has the list. null: there is none');

const health = z.object({
  fetched: z.number().int().nullable(),
  attempted: z.number().int().nullable(),
  next: z.number().int().nullable(),
  stale: z.boolean().describe('Nothing newer came when it should have'),
  fault,
  code,
  until: z.number().int().nullable().describe('Until when something is known'),
  gaps: z
    .tuple([z.number().int(), z.number().int()])
    .array()
    .describe('[start, end] until then of what nothing is known'),
});

export const sourceAnswer = z.object({
  name: z.string(),
  provider: z.string(),
  unit,
  optimise: better,
  interval: z.number().int(),
  horizon: z.number().int(),
  source: z.string().describe('Who says so'),
  params: z.record(z.string(), z.unknown()).describe('Without secrets'),
  kept: z.array(z.string()).describe('Secrets that are set'),
  health,
});

export const uploadAnswer = sourceAnswer.extend({
  left: z.number().int().describe('Figures not kept: only those from 35 days back to 40 days ahead are'),
});

export const forecastsAnswer = z.object({
  providers: z
    .object({
      name: z.string(),
      source: z.string(),
      kind: z.string(),
      unit: unit.nullable().describe('null: as the params say'),
      optimise: better.nullable(),
      interval: z.number().int(),
      horizon: z.number().int(),
      params: z.unknown().describe('JSON Schema'),
      secrets: z.array(z.string()),
    })
    .array(),
  sources: sourceAnswer.array(),
});

export const forecastAnswer = z.object({
  name: z.string(),
  unit: unit.describe(
    'price: the currency’s main unit a kWh; carbon: g CO2 a kWh; power: kW; index: the provider’s own scale',
  ),
  optimise: better,
  start: z.number().int(),
  interval: z.number().int(),
  profile: z.number().nullable().array().describe('null: not known'),
  expected: z
    .number()
    .nullable()
    .array()
    .optional()
    .describe('Where the profile says null: what is usual at that time of day; absent where nothing is'),
  provenance: z.object({
    source: z.string(),
    fetched: z.number().int().nullable(),
    stale: z.boolean(),
    fault,
    code,
  }),
});

/** `/api/v1/forecasts`. */
export function forecastsApi({ forecasts, clock }: ForecastsApiDeps) {
  const found = (account: number, name: string): ForecastSource => {
    const source = forecasts.find(account, name);
    if (!source) throw new HubError('HUB_FORECAST_NOT_FOUND');
    return source;
  };
  const range = ({ from = clock.seconds(), to = from + 2 * DAY }: z.infer<typeof forecastRange>) => {
    if (to <= from || to - from > LONGEST)
      throw new HubError('HUB_BAD_REQUEST', { sentence: 'to: after from, and at most 40 days after it.' });
    return [from, to] as const;
  };
  return {
    list(req: Request, res: Response): void {
      res.json({ providers: forecasts.providers(), sources: forecasts.sources((req.who as Who).account).map(told) });
    },

    async add(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      const form = parsed(forecastBody, req.body ?? {});
      await forecasts.add(account, form);
      res.json(told(found(account, form.name)));
    },

    async change(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      const { source } = parsed(forecastPath, req.params);
      const { name, params } = parsed(forecastPatch, req.body ?? {});
      await forecasts.change(account, source, { ...(name ? { name } : {}), ...(params ? { params } : {}) });
      res.json(told(found(account, name ?? source)));
    },

    async remove(req: Request, res: Response): Promise<void> {
      await forecasts.remove((req.who as Who).account, parsed(forecastPath, req.params).source);
      res.json(null);
    },

    show(req: Request, res: Response): void {
      const { account } = req.who as Who;
      const { name } = found(account, parsed(forecastPath, req.params).source);
      const { interval, ...wish } = parsed(forecastRange, req.query);
      res.json(curveTold(forecasts.one(account, name, ...range(wish), interval)));
    },

    mix(req: Request, res: Response): void {
      const { account } = req.who as Who;
      const { parts, interval, ...wish } = parsed(mixQuery, req.query);
      const mix = partsOf(parts);
      for (const { source } of mix) found(account, source);
      res.json(curveTold(forecasts.combined(account, mix, ...range(wish), interval)));
    },

    async upload(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      const { source } = parsed(forecastPath, req.params);
      const left = await forecasts.upload(account, source, req.body);
      res.json({ ...told(found(account, source)), left });
    },
  };
}

function told(source: ForecastSource) {
  return { ...source, health: coded(source.health) };
}

function curveTold(curve: Forecast) {
  return { ...curve, provenance: coded(curve.provenance) };
}

function coded<T extends { readonly fault: string | null }>(state: T) {
  return { ...state, code: state.fault === null ? null : faultKind(state.fault) };
}

const MOST_PARTS = 8;

function partsOf(text: string): MixPart[] {
  const words = text.split(',').filter((word) => word.trim() !== '');
  if (words.length > MOST_PARTS)
    throw new HubError('HUB_BAD_REQUEST', { sentence: `parts: at most ${MOST_PARTS} of them.` });
  return words.map((word) => {
    const [source = '', weight = '1'] = word.trim().split(':');
    const number = Number(weight);
    if (weight === '' || !Number.isFinite(number) || Math.abs(number) > 1000)
      throw new HubError('HUB_BAD_REQUEST', {
        sentence: `parts: ${word.slice(0, 80)} has no weight from -1000 to 1000.`,
      });
    return { source, weight: number };
  });
}
