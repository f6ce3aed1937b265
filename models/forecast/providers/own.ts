import { z } from 'zod';
import { ownFigures } from '../own-figures.ts';
import { provider } from '../provider.ts';

const meaning = {
  unit: z.enum(['price', 'carbon', 'power', 'index']).default('price'),
  optimise: z.enum(['min', 'max']).default('min'),
  interval: z
    .number()
    .int()
    .min(60)
    .max(86_400)
    .default(1800)
    .describe('Seconds each figure holds where nothing says so'),
  scale: z.number().min(-1e6).max(1e6).default(1).describe('Each figure is multiplied by it, such as 0.01 for pence'),
  timezone: z.string().max(64).optional().describe('Of times that do not say it; absent: the household’s'),
};

const usual = {
  unit: ({ unit }: { unit: 'price' | 'carbon' | 'power' | 'index' }) => unit,
  optimise: ({ optimise }: { optimise: 'min' | 'max' }) => optimise,
  interval: 1800,
  intervalOf: ({ interval }: { interval: number }) => interval,
  horizon: 86_400,
};

const urlParams = z.object({
  url: z
    .url({ protocol: /^https?$/, error: 'an address that begins with https:// or http://' })
    .max(1000)
    .describe('Answers JSON or CSV'),
  token: z
    .string()
    .max(500)
    .regex(/^[\x21-\x7e]*$/, 'no blanks')
    .optional()
    .describe('Sent as Authorization: Bearer'),
  every: z.number().int().min(300).max(86_400).default(3600).describe('Seconds between two fetches'),
  ...meaning,
});

/** The household's own figures, fetched from an address. The address is kept secret, because keys often stand in it. */
export const ownUrl = provider<z.infer<typeof urlParams>>({
  ...usual,
  name: 'url',
  source: 'An address set by the household',
  kind: 'http',
  every: 3600,
  secrets: ['token', 'url'],
  params: urlParams,
  everyOf: ({ every }) => every,
  request: ({ url, token }) => [{ url, ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}) }],
  parse: (answer, params, { zone }) => ({ spans: ownFigures(answer, { zone, ...params }) }),
});

const uploadParams = z.object(meaning);

/** The household's own figures, brought by a person or a program. */
export const upload = provider<z.infer<typeof uploadParams>>({
  ...usual,
  name: 'upload',
  source: 'Brought by the household',
  kind: 'upload',
  every: 366 * 86_400,
  params: uploadParams,
  parse: (answer, params, { zone }) => ({ spans: ownFigures(answer, { zone, ...params }) }),
});
