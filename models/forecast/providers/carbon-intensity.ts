import { z } from 'zod';
import { baseUrl, figure, isoTime, someOf, under } from '../figures.ts';
import { provider } from '../provider.ts';

const HALF_HOUR = 1800;

const params = z.object({
  region: z.number().int().min(1).max(17).optional().describe('1 to 17 as the service numbers them; absent: all of it'),
  postcode: z
    .string()
    .regex(/^[A-Z]{1,2}\d[A-Z\d]?$/, 'the first half, such as LL57')
    .optional()
    .describe('First half, in place of the region'),
  base: baseUrl('https://api.carbonintensity.org.uk/'),
});

const row = z.object({
  from: isoTime,
  to: isoTime,
  intensity: z.object({ forecast: figure, actual: figure.optional() }),
});
const rows = z.array(row).max(3000);
const regional = z.object({ data: rows });
const answerSchema = z.object({ data: z.union([rows, regional, z.tuple([regional])]) });

/** Great Britain's carbon intensity, of the whole or of a region, 48 hours ahead. */
export const carbonIntensity = provider({
  name: 'carbon-intensity',
  source: 'Carbon Intensity API, National Grid ESO, CC BY 4.0',
  kind: 'http',
  unit: 'carbon',
  optimise: 'min',
  interval: HALF_HOUR,
  horizon: 48 * 3600,
  every: HALF_HOUR,
  params,
  request({ region, postcode, base }, { now }) {
    // The service names a half-hour by any time after its start.
    const from = new Date((Math.floor(now / HALF_HOUR) * HALF_HOUR + 60) * 1000).toISOString().slice(0, 16);
    if (postcode) return [{ url: under(base, `regional/intensity/${from}Z/fw48h/postcode/${postcode}`).href }];
    if (region) return [{ url: under(base, `regional/intensity/${from}Z/fw48h/regionid/${region}`).href }];
    return [{ url: under(base, `intensity/${from}Z/fw48h`).href }];
  },
  parse(answer) {
    const { data } = answerSchema.parse(answer);
    const list = Array.isArray(data) ? data.flatMap((one) => ('data' in one ? one.data : one)) : data.data;
    const spans = someOf(list, 'The Carbon Intensity API').flatMap(({ from, to, intensity }) => {
      const value = intensity.forecast ?? intensity.actual ?? null;
      return value === null ? [] : [{ start: from, end: to, value }];
    });
    return { spans };
  },
});
