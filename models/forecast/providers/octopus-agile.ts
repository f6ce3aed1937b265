import { z } from 'zod';
import { baseUrl, figure, isoTime, someOf, under } from '../figures.ts';
import { provider } from '../provider.ts';

const HALF_HOUR = 1800;
const DAY = 86_400;

const params = z.object({
  product: z
    .string()
    .regex(/^[A-Z0-9-]{3,40}$/, 'a product code such as AGILE-24-10-01')
    .default('AGILE-24-10-01')
    .describe('The code of the product on the household’s contract'),
  region: z
    .string()
    .regex(/^[A-HJ-NP]$/, 'a letter from A to P, not I or O')
    .describe('Of the grid: C is London'),
  vat: z.boolean().default(true).describe('Prices with VAT'),
  base: baseUrl('https://api.octopus.energy/v1/'),
});

const rate = z.object({
  value_exc_vat: figure,
  value_inc_vat: figure,
  valid_from: isoTime,
  valid_to: isoTime.nullable(),
  payment_method: z.string().nullish(),
});
const answerSchema = z.object({ next: z.url().nullish(), results: z.array(rate).max(3000) });

/** Octopus Energy's half-hourly prices, known from about 16:00 for the next day until 23:00. */
export const octopusAgile = provider({
  name: 'octopus-agile',
  source: 'Octopus Energy',
  kind: 'http',
  unit: 'price',
  optimise: 'min',
  interval: HALF_HOUR,
  horizon: 31 * 3600,
  every: 6 * 3600,
  publication: { zone: 'Europe/London', from: [16, 0], reach: 22.5 },
  params,
  request({ product, region, base }, { now }) {
    const from = Math.floor(now / HALF_HOUR) * HALF_HOUR - DAY;
    const path = `products/${product}/electricity-tariffs/E-1R-${product}-${region}/standard-unit-rates/`;
    const url = under(base, path);
    url.searchParams.set('period_from', isoOf(from));
    url.searchParams.set('period_to', isoOf(from + 4 * DAY));
    url.searchParams.set('page_size', '1500');
    return [{ url: url.href }];
  },
  parse(answer, { vat }, { now }) {
    const { results, next } = answerSchema.parse(answer);
    const direct = results.filter(({ payment_method: by }) => by == null || by === 'DIRECT_DEBIT');
    const spans = someOf(direct, 'Octopus').flatMap(({ valid_from: start, valid_to: to, ...price }) => {
      const pence = vat ? price.value_inc_vat : price.value_exc_vat;
      // A price without an end holds until another one comes.
      const end = to ?? Math.max(start, now) + 2 * DAY;
      return pence === null ? [] : [{ start, end, value: pence / 100 }];
    });
    return { spans, next: next ?? null };
  },
});

function isoOf(time: number): string {
  return new Date(time * 1000).toISOString().replace('.000Z', 'Z');
}
