import { z } from 'zod';
import { baseUrl, figure, isoTime, someOf, under } from '../figures.ts';
import { ForecastError } from '../forecast-error.ts';
import { provider } from '../provider.ts';

const params = z.object({
  site: z.string().regex(/^[\w-]{4,64}$/, 'the site’s resource id'),
  key: z.string().regex(/^[\w-]{4,128}$/, 'the API key as Solcast shows it'),
  perDay: z.number().int().min(1).max(500).default(10).describe('What the account may ask in 24 hours'),
  base: baseUrl('https://api.solcast.com.au/'),
});

const answerSchema = z.object({
  forecasts: z
    .array(
      z.object({
        pv_estimate: figure,
        period_end: isoTime,
        period: z
          .string()
          .regex(/^PT(\d+)(M|H)$/)
          .default('PT30M'),
      }),
    )
    .max(3000),
});

/** What the household's own panels will give, in kW: more is better. */
export const solcast = provider({
  name: 'solcast',
  source: 'Solcast',
  kind: 'http',
  unit: 'power',
  optimise: 'max',
  interval: 1800,
  horizon: 7 * 86_400,
  every: 8640,
  secrets: ['key'],
  params,
  perDay: ({ perDay }) => perDay,
  request({ site, key, base }) {
    const url = under(base, `rooftop_sites/${site}/forecasts`);
    url.searchParams.set('format', 'json');
    url.searchParams.set('hours', '168');
    // In a header, so that the key stays out of logs on the way.
    return [{ url: url.href, headers: { authorization: `Bearer ${key}` } }];
  },
  parse(answer) {
    const { forecasts } = answerSchema.parse(answer);
    const spans = someOf(forecasts, 'Solcast').flatMap(({ pv_estimate: value, period_end: end, period }) => {
      return value === null ? [] : [{ start: end - secondsOf(period), end, value }];
    });
    return { spans };
  },
});

function secondsOf(period: string): number {
  const seconds = Number.parseInt(period.slice(2), 10) * (period.endsWith('H') ? 3600 : 60);
  if (seconds < 60 || seconds > 86_400) throw new ForecastError(`A period of ${period} cannot be used.`);
  return seconds;
}
