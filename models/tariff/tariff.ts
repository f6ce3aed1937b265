import { z } from 'zod';

/** Millionths of the currency's main unit: 24.85p is 248,500. */
const micro = z.number().int().min(-1_000_000_000).max(1_000_000_000);
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write it as 07:30');
const monthDay = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'write it as 10-31, the month first');

const band = z.object({
  price: micro,
  from: clock.describe('Wall clock'),
  to: clock.describe('Wall clock; at or before `from`: on the next day'),
  days: z.array(z.number().int().min(1).max(7)).min(1).max(7).optional().describe('Monday is 1; absent: every day'),
  season: z.object({ from: monthDay, to: monthDay }).optional().describe('First and last day; may go over New Year'),
});

const price = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('flat'), price: micro }),
  z.object({
    kind: z.literal('bands'),
    bands: z.array(band).min(1).max(48).describe('The first that holds counts'),
    otherwise: micro,
  }),
  z.object({
    kind: z.literal('feed'),
    feed: z.number().int().positive().describe('A fixed-interval feed of prices'),
    scale: z.number().int().min(1).max(1_000_000_000).describe('Price of a kWh where the feed says 1'),
  }),
]);

/** A later step with a higher threshold takes the place of an earlier one. */
const tiers = z.object({
  per: z.enum(['day', 'month']).describe('How long the units are counted before counting begins anew'),
  steps: z
    .array(
      z.object({
        above: z.number().int().min(1).max(1_000_000_000).describe('Wh'),
        more: micro.describe('What a unit above costs more; negative: less'),
      }),
    )
    .min(1)
    .max(8)
    .refine(
      (steps) => steps.every(({ above }, at) => at === 0 || above > (steps[at - 1]?.above ?? 0)),
      'in rising order',
    ),
});

const community = z.object({
  price,
  allowance: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('flat'), wh: z.number().int().min(1).max(1_000_000).describe('Each half-hour') }),
    z.object({
      kind: z.literal('feed'),
      feed: z.number().int().positive().describe('A fixed-interval feed of kWh in each half-hour'),
      part: z
        .number()
        .int()
        .min(1)
        .max(10_000)
        .default(10_000)
        .describe('The household’s part of the feed in ten-thousandths; 10000 where the feed is its own share'),
    }),
  ]),
  carbon: z.number().int().min(0).max(5000).default(0).describe('g CO2 of a local kWh'),
});

const version = z.object({
  from: z.iso.date().describe('The first day on which it applies, by the household’s clock'),
  name: z.string().trim().max(64).default(''),
  import: price,
  export: price.nullable().default(null).describe('Paid for what the house gives; null: nothing'),
  standing: micro.default(0).describe('A day'),
  vat: z
    .object({ rate: z.number().int().min(0).max(10_000), included: z.boolean() })
    .default({ rate: 0, included: true })
    .describe('Rate in hundredths of a per cent; included: the prices above have it in them'),
  monthFrom: z.number().int().min(1).max(31).default(1).describe('First day of the billing month; short months clamp'),
  tiers: tiers.nullable().default(null).describe('Prices by how much was taken'),
  mostPrice: micro.nullable().default(null).describe('A unit that is taken never costs more'),
  mostMonth: z
    .number()
    .int()
    .min(0)
    .max(100_000_000_000)
    .nullable()
    .default(null)
    .describe('What is taken in a billing month never costs more'),
  community: community.nullable().default(null).describe('Local generation: so much of each half-hour comes first'),
});

const carbon = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('flat'), grams: z.number().int().min(0).max(5000).describe('g CO2 a kWh') }),
  z.object({
    kind: z.literal('feed'),
    feed: z.number().int().positive().describe('A fixed-interval feed of g CO2 a kWh'),
    source: z.string().max(64).default('').describe('The forecast that is recorded into the feed'),
  }),
]);

/** What the household pays, and since when. Prices are integers, in millionths of the currency's main unit. */
export const tariffSchema = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters, such as GBP'),
  versions: z
    .array(version)
    .min(1)
    .max(200)
    .refine((versions) => new Set(versions.map(({ from }) => from)).size === versions.length, 'two begin on one day'),
  carbon: carbon.nullable().default(null).describe('What a unit from the grid emits'),
});

export type Tariff = z.infer<typeof tariffSchema>;
export type TariffVersion = z.infer<typeof version>;
export type Price = z.infer<typeof price>;
export type Band = z.infer<typeof band>;
export type Tiers = z.infer<typeof tiers>;
export type Community = z.infer<typeof community>;
export type CarbonSource = z.infer<typeof carbon>;

/** A tariff as the rest of the hub takes it: checked, its versions in the order in which they begin. */
export function parseTariff(value: unknown): Tariff {
  return inOrder(tariffSchema.parse(value));
}

/** The same with its versions in the order in which they begin. */
export function inOrder({ versions, ...rest }: Tariff): Tariff {
  return { ...rest, versions: [...versions].sort((a, b) => (a.from < b.from ? -1 : 1)) };
}
