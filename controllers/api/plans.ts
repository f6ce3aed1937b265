import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { localDay } from '../../lib/local-day.ts';
import { dateOf, dayNumber, momentAt, wallDay } from '../../lib/wall-clock.ts';
import { type DeviceModel, ownDevice } from '../../models/device.ts';
import type { DevicePlan } from '../../models/plan/device-plan.ts';
import { limitSchema, type PlanSettingsModel } from '../../models/plan/house-settings.ts';
import type { Plans } from '../../models/plan/plans.ts';
import type { Preview } from '../../models/plan/preview.ts';
import { isPlan } from '../../models/planner/problem.ts';
import { scheduleSchema } from '../../models/schedule/schedule.ts';
import type { TariffModel } from '../../models/tariff/tariff-model.ts';
import type { UserModel } from '../../models/user.ts';
import type { Who } from '../../models/who.ts';
import { answerInWords } from '../../views/plan-answer.ts';
import { devicePath } from './devices.ts';
import { parsed } from './parsed.ts';

export interface PlansApiDeps {
  readonly plans: Pick<Plans, 'list' | 'today' | 'preview' | 'why' | 'saved' | 'revised'>;
  readonly planSettings: Pick<PlanSettingsModel, 'get' | 'setLimit'>;
  readonly devices: Pick<DeviceModel, 'find'>;
  readonly tariffs: Pick<TariffModel, 'get'>;
  readonly clock: Clock;
  readonly users: Pick<UserModel, 'account'>;
}

const time = z.number().int().describe('Unix seconds');
const period = z.tuple([z.number().int(), z.number().int()]);
const worth = z.object({
  money: z.number().nullable().describe('Main unit of the currency; null: not all of it is known'),
  carbon: z.number().nullable().describe('g CO2'),
});
const curve = z.object({
  unit: z.enum(['price', 'carbon', 'power', 'index']),
  optimise: z.enum(['min', 'max']),
  start: time,
  interval: z.number().int(),
  profile: z.array(z.number().nullable()),
});
const reason = z.looseObject({ kind: z.string() }).describe('until, next and readyBy are Unix seconds');
const figures = z.object({
  cost: z.number().describe('Σ figure × hours at 1 kW'),
  costNow: z.number().nullable(),
  next: z.object({ start: time, cost: z.number() }).nullable(),
  binding: z.string().describe('The rule without which it would be better; price: none'),
  saving: z.number(),
});

export const previewBody = scheduleSchema;
export const previewAnswer = z.object({
  now: time,
  deadline: time.nullable(),
  periods: z.array(period),
  feasible: z.boolean(),
  longest: z.number().nullable().describe('Where not all of it can be: the longest run in seconds'),
  earliest: z.number().nullable().describe('… and when all of it could be ready'),
  missing: z.enum(['power', 'soc', 'price', 'carbon']).nullable().describe('What is not known and has to be'),
  figures: figures.nullable(),
  curve,
  price: curve.nullable(),
  carbon: curve.nullable(),
  powerW: z.number().nullable(),
  currency: z.string().nullable(),
  cost: worth,
  costNow: worth,
  share: z.number().nullable().describe('How much of it is generated here, 0 to 1'),
  risk: z.object({
    slack: z.number().nullable().describe('Seconds from its end to the deadline'),
    unpriced: z.number().describe('Seconds that are planned without a price'),
    open: z.boolean().describe('Not all prices up to the deadline are known yet'),
  }),
});

const device = z.object({
  device: z.number().int(),
  schedule: z.number().int().nullable(),
  readyBy: time.nullable(),
  periods: z.array(period).describe('When it is on from now on'),
  reason,
  delivered: z.number().describe('Seconds it ran for this deadline'),
  need: z.number(),
  powerW: z.number().nullable(),
  running: z.boolean(),
  short: z.number().describe('Seconds that cannot be done by the deadline'),
  alarm: z.string().nullable().describe('Why it does not do as it is told'),
});
export const plansAnswer = z.object({
  limitW: z.number().nullable().describe('What the household may draw; null: as much as it likes'),
  devices: z.array(device),
  runs: z
    .array(
      z.object({
        ...{ device: z.number().int(), schedule: z.number().int().nullable(), start: time, end: time },
        state: z.enum(['done', 'running', 'planned']),
        readyBy: time.nullable(),
        reason: z.string(),
      }),
    )
    .describe('Of today and tomorrow'),
});

export const limitBody = z.strictObject({ limitW: limitSchema });
export const limitAnswer = z.object({ limitW: z.number().nullable() });

export const whyQuery = z.object({
  at: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 33)
    .optional()
    .describe('Unix seconds; absent: now'),
  lang: z.enum(['en', 'cy', 'de']).optional().describe('Of the sentence'),
});
export const whyAnswer = z.object({
  ...{ device: z.number().int(), at: time, tense: z.enum(['past', 'now', 'future']) },
  on: z.boolean().nullable(),
  why: z.string().describe('For people; show it as text'),
  reason,
  periods: z.array(period).describe('Of the plan it follows from'),
  figures: figures.nullable(),
  unit: z.string().nullable(),
  powerW: z.number().nullable(),
  problem: z.looseObject({}).nullable().describe('What was planned, as POST /api/v1/plan takes it'),
});

export const savingsQuery = z.object({ day: z.iso.date().optional().describe('Of the deadlines; absent: today') });
export const savingsAnswer = z.object({
  day: z.string(),
  currency: z.string().nullable(),
  saved: worth.describe('Running at once when the occurrence began, less what was spent'),
  unknown: z.number().int().describe('Runs of which no price is known'),
  runs: z.array(
    z.object({
      ...{ device: z.number().int(), readyBy: time, opened: time, seconds: z.number() },
      kWh: z.number().nullable(),
      ...{ atOnce: worth, spent: worth, saved: worth },
    }),
  ),
});

/** `/api/v1/plans`, the preview of a draft, why, and what was saved. */
export function plansApi({ plans, planSettings, devices, tariffs, clock, users }: PlansApiDeps) {
  const accountOf = (req: Request) => (req.who as Who).account;
  const zone = (account: number) => users.account(account)?.timezone ?? 'UTC';
  const currencyOf = (account: number) => tariffs.get(account)?.currency ?? null;
  return {
    list(req: Request, res: Response): void {
      const account = accountOf(req);
      const { limitW } = planSettings.get(account);
      res.json({ limitW, devices: plans.list(account).map(deviceAnswer), runs: plans.today(account) });
    },

    async limit(req: Request, res: Response): Promise<void> {
      const { limitW } = parsed(limitBody, req.body ?? {});
      await planSettings.setLimit(accountOf(req), limitW);
      plans.revised(accountOf(req));
      res.json({ limitW });
    },

    preview(req: Request, res: Response): void {
      const account = accountOf(req);
      const draft = parsed(previewBody, req.body ?? {});
      ownDevice(devices, account, draft.device);
      res.json(previewOf(plans.preview(account, draft), currencyOf(account)));
    },

    async why(req: Request, res: Response): Promise<void> {
      const account = accountOf(req);
      const { id } = ownDevice(devices, account, parsed(devicePath, req.params).id);
      const now = clock.seconds();
      const { at = now } = parsed(whyQuery, req.query);
      const facts = await plans.why(id, at);
      const asker = { ...res.words(), zone: zone(account), currency: currencyOf(account), now };
      const { made, ...rest } = facts;
      res.json({
        ...{ ...rest, why: answerInWords(facts, asker), periods: made?.plan.periods ?? [], figures: made?.why ?? null },
        ...{ unit: made?.unit ?? null, powerW: made?.powerW ?? null, problem: made?.problem ?? null },
      });
    },

    async savings(req: Request, res: Response): Promise<void> {
      const account = accountOf(req);
      const { day } = parsed(savingsQuery, req.query);
      const own = zone(account);
      const at = day === undefined ? clock.seconds() : momentAt(dayNumber(day) * DAY_S + DAY_S / 2, own);
      const { start, end } = localDay(at, own);
      const found = await plans.saved(account, start, end);
      res.json({ day: day ?? dayOf(start, own), currency: currencyOf(account), ...found });
    },
  };
}

function deviceAnswer(plan: DevicePlan): z.infer<typeof device> {
  const { schedule, occurrence, periods, delivered, need, powerW, running, short, alarm } = plan;
  return {
    ...{ device: plan.device, schedule: schedule?.id ?? null, readyBy: occurrence?.readyBy ?? null },
    periods: periods.map(([start, end]): [number, number] => [start, end]),
    ...{ reason: { ...plan.reason }, delivered, need, powerW, running, short, alarm },
  };
}

function previewOf(found: Preview, currency: string | null): z.infer<typeof previewAnswer> {
  const { now, occurrence, planned, missing, periods, powerW, cost, costNow, share, risk } = found;
  const outcome = planned?.outcome;
  const cannot = outcome && !isPlan(outcome) ? outcome : null;
  return {
    ...{ now, deadline: occurrence?.readyBy ?? null, missing, powerW, currency, cost, costNow, share, risk },
    periods: periods.map(([start, end]): [number, number] => [start, end]),
    ...{
      feasible: cannot === null && missing === null,
      longest: cannot?.longest ?? null,
      earliest: cannot?.earliest ?? null,
    },
    figures: planned?.why ?? null,
    ...{
      curve: curveOf(found.curve),
      price: found.price && curveOf(found.price),
      carbon: found.carbon && curveOf(found.carbon),
    },
  };
}

function curveOf({ unit, optimise, start, interval, profile }: Preview['curve']): z.infer<typeof curve> {
  return { unit, optimise, start, interval, profile: [...profile] };
}

function dayOf(start: number, own: string): string {
  return dateOf(wallDay(start + 1, own));
}

const DAY_S = 86_400;
