import { z } from 'zod';
import { dayAt } from '../../../lib/local-day.ts';
import { dateOf } from '../../../lib/wall-clock.ts';
import { baseUrl, figure, isoTime, someOf, under } from '../figures.ts';
import { ForecastError } from '../forecast-error.ts';
import { provider } from '../provider.ts';
import type { Span } from '../span.ts';

const KWH_A_MWH = 1000;
const HOUR = 3600;
const ZONE = 'Europe/Oslo';

const params = z.object({
  area: z
    .string()
    .regex(/^[A-Z0-9]{2,8}$/, 'an area such as DK1 or NO2')
    .default('DK1'),
  currency: z.enum(['EUR', 'DKK', 'NOK', 'SEK']).default('EUR'),
  vat: z.number().min(0).max(100).default(0).describe('Per cent, added to the price'),
  extra: z.number().min(-10).max(10).default(0).describe('Grid and taxes a kWh, before VAT'),
  base: baseUrl('https://dataportal-api.nordpoolgroup.com/'),
});

const market = z.object({
  currency: z.string().optional(),
  multiAreaEntries: z
    .array(z.object({ deliveryStart: isoTime, deliveryEnd: isoTime, entryPerArea: z.record(z.string(), figure) }))
    .max(3000),
});
const series = z.object({
  unit: z.string().regex(/^[A-Z]{3}\/MWh$/),
  data: z.array(z.object({ utc: isoTime, value: figure })).max(3000),
});

/** Day-ahead prices of the Nordic and Baltic market, by the hour or the quarter of it, known from about 13:00 for the next day. */
export const nordPool = provider({
  name: 'nord-pool',
  source: 'Nord Pool',
  kind: 'http',
  unit: 'price',
  optimise: 'min',
  interval: 900,
  horizon: 36 * HOUR,
  every: 6 * HOUR,
  publication: { zone: ZONE, from: [12, 45], reach: 24 },
  params,
  request({ area, currency, base }, { now }) {
    const today = dayAt(now, ZONE);
    return [today, today + 1].map((day, at) => {
      const url = under(base, 'api/DayAheadPrices');
      const date = dateOf(day);
      for (const [name, value] of Object.entries({ date, market: 'DayAhead', deliveryArea: area, currency }))
        url.searchParams.set(name, value);
      return { url: url.href, mayBeMissing: at > 0 };
    });
  },
  parse(answer, { area, currency, vat, extra }) {
    const { unit, spans } =
      typeof answer === 'object' && answer && 'data' in answer ? seriesOf(answer) : areaOf(answer, area);
    if (unit !== null && unit !== currency)
      throw new ForecastError(`The answer is in ${unit} in place of ${currency}.`);
    const price = (value: number) => (value / KWH_A_MWH + extra) * (1 + vat / 100);
    return { spans: someOf(spans, 'Nord Pool').map((span) => ({ ...span, value: price(span.value) })) };
  },
});

interface Priced {
  readonly unit: string | null;
  readonly spans: readonly Span[];
}

function areaOf(answer: unknown, area: string): Priced {
  const { currency = null, multiAreaEntries } = market.parse(answer);
  const spans = multiAreaEntries.flatMap(({ deliveryStart: start, deliveryEnd: end, entryPerArea }) => {
    const value = entryPerArea[area] ?? null;
    return value === null ? [] : [{ start, end, value }];
  });
  return { unit: currency, spans };
}

/** The form of older interfaces: each price holds until the next, the last as long as the one before it. */
function seriesOf(answer: unknown): Priced {
  const { unit, data } = series.parse(answer);
  const rows = [...data].sort((a, b) => a.utc - b.utc);
  const steps = rows.slice(1).map((row, at) => row.utc - (rows[at]?.utc ?? 0));
  const step = Math.min(HOUR, ...steps.filter((each) => each > 0));
  const spans = rows.flatMap(({ utc, value }) => (value === null ? [] : [{ start: utc, end: utc + step, value }]));
  return { unit: unit.slice(0, 3), spans };
}
