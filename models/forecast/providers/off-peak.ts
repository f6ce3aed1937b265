import { z } from 'zod';
import { minutesOf } from '../../../lib/time-of-day.ts';
import { localSlices } from '../../tariff/local-slices.ts';
import { type Band, bandAt } from '../clock-bands.ts';
import { provider } from '../provider.ts';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write it as 07:30');
const price = z.number().min(-1000).max(1000);

const params = z.object({
  windows: z
    .array(
      z.object({
        from: clock,
        to: clock.describe('At or before `from`: on the next day'),
        price,
        days: z
          .array(z.number().int().min(1).max(7))
          .min(1)
          .max(7)
          .optional()
          .describe('On which it begins; Monday is 1'),
      }),
    )
    .min(1)
    .max(24)
    .default([{ from: '00:30', to: '04:30', price: 0.05 }])
    .describe('The first that holds counts'),
  otherwise: price.default(0.1667),
});

/** Cheap hours by the wall clock of the household, at any minute, over midnight where they go there. */
export const offPeak = provider({
  name: 'off-peak',
  source: 'Hours set by the household',
  kind: 'computed',
  unit: 'price',
  optimise: 'min',
  interval: 300,
  horizon: 7 * 86_400,
  every: 0,
  params,
  compute({ windows, otherwise }, from, to, zone) {
    const minutes = windows.flatMap((window) => [minutesOf(window.from), minutesOf(window.to)]);
    const bands = windows.map(
      (window): Band => ({ ...window, from: minutesOf(window.from), to: minutesOf(window.to) }),
    );
    return localSlices(from, to, zone, { minutes, steps: [] }).map(({ start, end, day, minute }) => {
      return { start, end, value: bandAt(bands, day, minute)?.price ?? otherwise };
    });
  },
});
