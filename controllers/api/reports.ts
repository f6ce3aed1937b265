import type { Request, Response } from 'express';
import { z } from 'zod';
import { HubError } from '../../lib/errors.ts';
import { REPORT_KINDS } from '../../models/report/due.ts';
import type { Report } from '../../models/report/report.ts';
import type { ReportModel } from '../../models/report/report-model.ts';
import { reportSettingsSchema } from '../../models/report/report-settings.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface ReportsApiDeps {
  readonly reports: Pick<ReportModel, 'list' | 'find' | 'settings' | 'setSettings'>;
}

export const reportPath = z.object({ id: z.coerce.number().int().positive() });

const line = z.object({
  device: z.number().int().nullable(),
  name: z.string(),
  kWh: z.number(),
  cost: z.number().int().describe('Millionths of the currency’s main unit'),
  grams: z.number().describe('CO2'),
  failed: z.number().nullable(),
  missing: z.number().nullable(),
  invalid: z.number().nullable(),
  powerOns: z.number().int().nullable(),
});

export const reportAnswer = z.object({
  id: z.number().int(),
  kind: z.enum(REPORT_KINDS),
  start: z.number().int(),
  end: z.number().int(),
  made: z.number().int(),
  currency: z.string(),
  zone: z.string(),
  devices: line.array(),
  rest: line,
  house: line,
  standing: z.number().int(),
});

export const reportsAnswer = z.object({
  settings: reportSettingsSchema,
  reports: reportAnswer.array().describe('The newest hundred, the newest first'),
});

/** `/api/v1/reports`. */
export function reportsApi({ reports }: ReportsApiDeps) {
  const all = async (account: number) => ({
    settings: reports.settings(account),
    reports: (await reports.list(account)).map(answerOf),
  });
  return {
    async list(req: Request, res: Response): Promise<void> {
      res.json(await all((req.who as Who).account));
    },

    async set(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      await reports.setSettings(account, parsed(reportSettingsSchema, req.body ?? {}));
      res.json(await all(account));
    },

    async show(req: Request, res: Response): Promise<void> {
      const { id } = parsed(reportPath, req.params);
      const report = await reports.find((req.who as Who).account, id);
      if (!report) throw new HubError('HUB_NOT_FOUND');
      res.json(answerOf(report));
    },
  };
}

function answerOf({ id, kind, start, end, made, body }: Report): z.infer<typeof reportAnswer> {
  const { devices, ...rest } = body;
  return { id, kind, start, end, made, ...rest, devices: [...devices] };
}
