import { z } from 'zod';

const day = z.number().int().min(1).max(31);

/** When a household's reports are made, by its clock. A day beyond a month's end means its last day. */
export const reportSettingsSchema = z.object({
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write it as 07:30')
    .default('00:00'),
  daily: z.boolean().default(false),
  monthly: z.object({ day }).nullable().default(null),
  yearly: z
    .object({ month: z.number().int().min(1).max(12), day })
    .nullable()
    .default(null),
});

export type ReportSettings = z.infer<typeof reportSettingsSchema>;

/** Nothing is reported until somebody asks for it. */
export const NO_REPORTS: ReportSettings = reportSettingsSchema.parse({});
