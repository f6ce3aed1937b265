import { z } from 'zod';
import { evenSpans, figure, isoTime } from '../figures.ts';
import { provider } from '../provider.ts';

const params = z.object({
  unit: z.enum(['price', 'carbon', 'power', 'index']).default('index').describe('As the signal says'),
  optimise: z
    .union([z.enum(['min', 'max']), z.literal([0, 1]).transform((one) => (one === 1 ? 'max' : 'min'))])
    .pipe(z.enum(['min', 'max']))
    .default('min')
    .describe('As the signal says'),
  interval: z.number().int().min(60).max(86_400).default(1800).describe('As the signal says'),
});

const values = z.array(figure).min(1).max(3000);
const signal = z
  .object({
    start: z.union([
      z
        .number()
        .int()
        .min(0)
        .max(2 ** 33),
      isoTime,
    ]),
    interval: z.number().int().min(60).max(86_400),
    values: values.optional(),
    profile: values.optional(),
  })
  .refine(({ values, profile }) => (values ?? profile) !== undefined, { path: ['values'], error: 'missing' });

/** What the meter gateway or the club says is a good time, pushed over MQTT to `emon/shaper/<name>`. */
export const shaper = provider({
  name: 'shaper',
  source: 'Signal over MQTT',
  kind: 'mqtt',
  unit: ({ unit }) => unit,
  optimise: ({ optimise }) => optimise,
  interval: 1800,
  horizon: 86_400,
  every: 86_400,
  params,
  intervalOf: ({ interval }) => interval,
  parse(answer) {
    const { start, interval, values, profile } = signal.parse(answer);
    return { spans: evenSpans(values ?? profile ?? [], start, interval) };
  },
});
