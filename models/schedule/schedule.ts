import { z } from 'zod';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write it as 07:30');
const date = z.iso.date();
const seconds = z
  .number()
  .int()
  .min(0)
  .max(31 * 86_400);
const weekdays = z.array(z.number().int().min(1).max(7)).min(1).max(7);

/** How much the device has to do by the deadline. */
const need = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('time'), seconds: seconds.describe('0: nothing') }),
  z.object({ kind: z.literal('energy'), wh: z.number().positive().max(1_000_000) }),
  z.object({
    kind: z.literal('charge'),
    capacityWh: z.number().positive().max(1_000_000),
    target: z.number().min(0).max(1).describe('State of charge to reach'),
    current: z
      .union([z.object({ input: z.number().int().positive() }), z.object({ level: z.number().min(0).max(1) })])
      .describe('An input that tells the state of charge in per cent, or a stated level'),
    balanceFrom: z.number().min(0).max(1).optional().describe('Above this target balancing time is added'),
    balanceSeconds: seconds.default(0),
  }),
]);

const window = z.object({
  from: clock,
  to: clock.describe('At or before `from`: on the next day'),
  weekdays: weekdays.optional(),
});

const part = z.object({
  source: z.string().min(1).max(64).describe('Name of a forecast; `tariff` is what the household pays'),
  weight: z.number().min(-1000).max(1000).default(1),
});

/** What one occurrence may do differently. */
export const changeSchema = z.object({
  readyBy: clock.optional(),
  need: need.optional(),
  interruptible: z.boolean().optional(),
});

/** A schedule as it comes in at any door. */
export const scheduleSchema = z.object({
  device: z.number().int().positive(),
  name: z.string().trim().max(64).default(''),
  mode: z.enum(['smart', 'timer', 'on', 'off']).default('smart'),
  need: need.default({ kind: 'time', seconds: 10_800 }),
  powerW: z.number().positive().max(100_000).nullable().default(null).describe('Draw while it runs; null: as measured'),
  readyBy: clock.nullable().default('08:00').describe('Wall clock; null: only `within` counts'),
  within: seconds.min(60).nullable().default(null).describe('Done within so many seconds, again and again'),
  ahead: seconds
    .min(60)
    .nullable()
    .default(86_400)
    .describe('Begins at most so long before its deadline; null: as soon as the deadline before it is over'),
  interruptible: z.boolean().default(false),
  minRun: seconds.default(0),
  minRest: seconds.default(0),
  maxStarts: z.number().int().min(1).max(1000).nullable().default(null),
  blocks: z.number().int().min(1).max(50).nullable().default(null),
  repeat: z
    .object({
      weekdays: weekdays.default([1, 2, 3, 4, 5, 6, 7]).describe('Of the deadline’s day; Monday is 1'),
      months: z.array(z.number().int().min(1).max(12)).min(1).max(12).optional(),
      holidays: z.enum(['as-usual', 'never', 'only']).default('as-usual'),
    })
    .nullable()
    .default({ weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: 'as-usual' })
    .describe('null: once, on `once`'),
  once: date.nullable().default(null).describe('Day of the only deadline where nothing repeats'),
  timer: z.array(window).max(12).default([]).describe('When it is on in mode `timer`'),
  never: z.array(window).max(12).default([]),
  ceiling: z
    .object({
      price: z.number().int().optional().describe('Millionths of the currency a kWh'),
      carbon: z.number().min(0).max(10_000).optional().describe('g CO2 a kWh'),
    })
    .default({}),
  mix: z.array(part).max(8).default([]).describe('What it is planned by; empty: the tariff, else nothing but time'),
  onCompletion: z.enum(['smart', 'off', 'on']).default('smart').describe('Mode after the deadline'),
  priority: z.number().int().min(0).max(9).default(5).describe('9 goes first where the house’s limit is short'),
  skip: z.array(date).max(60).default([]).describe('Days of deadlines that are left out'),
  changes: z.record(date, changeSchema).default({}).describe('By the day of the deadline: only that one is different'),
  pausedUntil: date.nullable().default(null).describe('No deadline before this day'),
});

/** When a device runs, as the household wants it. Times of day are the wall clock's of the household. */
export type Schedule = z.infer<typeof scheduleSchema>;
export type Need = Schedule['need'];
export type Change = z.infer<typeof changeSchema>;
export type MixPart = Schedule['mix'][number];

/** A schedule that is kept. A device may have several: of its smart ones that with the next deadline counts. */
export interface KeptSchedule extends Schedule {
  readonly id: number;
  readonly account: number;
}

/** Throws ZodError. */
export function parseSchedule(value: unknown): Schedule {
  return scheduleSchema.parse(value);
}
