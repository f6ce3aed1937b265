import type { Request, Response } from 'express';
import { z } from 'zod';
import { HubError } from '../../lib/errors.ts';
import type { AuditModel } from '../../models/audit.ts';
import { type DeviceModel, ownDevice } from '../../models/device.ts';
import { changeSchema, type KeptSchedule, scheduleSchema } from '../../models/schedule/schedule.ts';
import type { DeviceScheduleModel } from '../../models/schedule/schedule-model.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface SchedulesApiDeps {
  readonly schedules: DeviceScheduleModel;
  readonly devices: Pick<DeviceModel, 'find'>;
  readonly audit: Pick<AuditModel, 'note'>;
  /** What the log calls whoever asks. */
  readonly actorOf: (who: Who | null) => string;
}

export const schedulePath = z.object({ id: z.coerce.number().int().positive() });

export const scheduleListQuery = z.object({ device: z.coerce.number().int().positive().optional() });

export const scheduleBody = scheduleSchema;

/** Fields that are left out stay as they are, so nothing has a default here. */
export const schedulePatch = z.strictObject(
  Object.fromEntries(
    Object.entries(scheduleSchema.shape).map(([name, field]) => [name, bare(field as z.ZodType).optional()]),
  ),
) as unknown as z.ZodType<Partial<z.infer<typeof scheduleSchema>>>;

export const skipBody = z.strictObject({ undo: z.boolean().default(false).describe('Skip nothing any more') });

export const pauseBody = z.strictObject({
  until: z.iso.date().nullable().describe('No deadline before this day; null: as usual again'),
});

export const changeBody = z.strictObject({
  day: z.iso.date().optional().describe('Day of the deadline; left out: the next one'),
  change: changeSchema.nullable().describe('null: as usual again'),
});

export const boostBody = z.strictObject({
  minutes: z.number().int().min(0).max(1440).describe('0 ends it'),
});

export const holidaysBody = z.strictObject({
  dates: z.array(z.iso.date()).max(400).describe('Replaces all of them'),
});

export const holidaysAnswer = z.object({ dates: z.string().array() });

const boost = z.object({ until: z.number().int().describe('Unix seconds'), by: z.string() }).nullable();

export const boostAnswer = z.object({ boost });

export const scheduleAnswer = scheduleSchema.extend({
  id: z.number().int(),
  next: z
    .object({ day: z.string(), from: z.number().int(), readyBy: z.number().int() })
    .nullable()
    .describe('The next deadline in Unix seconds, and when the run may begin at the earliest; null: none comes'),
  boost: boost.describe('The device runs out of turn until then'),
});

export const schedulesAnswer = z.object({ schedules: scheduleAnswer.array() });

/** `/api/v1/schedules`, `/api/v1/holidays` and the boost of a device. */
export function schedulesApi(deps: SchedulesApiDeps) {
  const { schedules, devices } = deps;
  const own = (req: Request): KeptSchedule => ownSchedule(schedules, req);
  const note = (req: Request, action: string, device: number | null, detail = ''): void =>
    deps.audit.note((req.who as Who).account, { actor: deps.actorOf(req.who), action, device, detail });
  const say = (schedule: KeptSchedule) => answerOf(schedules, schedule);

  return {
    async list(req: Request, res: Response): Promise<void> {
      const { device } = parsed(scheduleListQuery, req.query);
      const all = schedules.list((req.who as Who).account);
      res.json({ schedules: all.filter((one) => device === undefined || one.device === device).map(say) });
    },

    async show(req: Request, res: Response): Promise<void> {
      res.json(say(own(req)));
    },

    async make(req: Request, res: Response): Promise<void> {
      const made = await schedules.create((req.who as Who).account, parsed(scheduleBody, req.body ?? {}));
      note(req, 'schedule made', made.device, made.name);
      res.json(say(made));
    },

    async change(req: Request, res: Response): Promise<void> {
      const { id } = own(req);
      const fields = parsed(schedulePatch, req.body ?? {});
      const changed = await schedules.change(id, fields);
      note(req, 'schedule changed', changed.device, Object.keys(fields).join(', '));
      res.json(say(changed));
    },

    async remove(req: Request, res: Response): Promise<void> {
      const { id, device, name } = own(req);
      await schedules.remove(id);
      note(req, 'schedule removed', device, name);
      res.status(204).end();
    },

    async skip(req: Request, res: Response): Promise<void> {
      const { id, device } = own(req);
      const { undo } = parsed(skipBody, req.body ?? {});
      const changed = undo ? await schedules.change(id, { skip: [] }) : await schedules.skipNext(id);
      note(req, undo ? 'schedule unskipped' : 'schedule skipped', device, changed.skip.join(', '));
      res.json(say(changed));
    },

    async pause(req: Request, res: Response): Promise<void> {
      const { id, device } = own(req);
      const { until } = parsed(pauseBody, req.body ?? {});
      const changed = await schedules.pause(id, until);
      note(req, until === null ? 'schedule resumed' : 'schedule paused', device, until ?? '');
      res.json(say(changed));
    },

    async changeOnce(req: Request, res: Response): Promise<void> {
      const schedule = own(req);
      const { day, change } = parsed(changeBody, req.body ?? {});
      const date = day ?? schedules.next(schedule.account, schedule)?.day;
      if (date === undefined)
        throw new HubError('HUB_BAD_REQUEST', { sentence: 'No deadline of this schedule is to come.' });
      const changed = await schedules.changeOnce(schedule.id, date, change);
      note(req, 'schedule changed once', schedule.device, date);
      res.json(say(changed));
    },

    async boost(req: Request, res: Response): Promise<void> {
      const { id } = ownDevice(devices, (req.who as Who).account, parsed(schedulePath, req.params).id);
      const { minutes } = parsed(boostBody, req.body ?? {});
      if (minutes === 0) await schedules.endBoost(id);
      else await schedules.boost(id, minutes * 60, deps.actorOf(req.who));
      note(req, minutes === 0 ? 'boost ended' : 'device boosted', id, minutes === 0 ? '' : `for ${minutes} min`);
      res.json({ boost: boostOf(schedules, id) } satisfies z.infer<typeof boostAnswer>);
    },

    async holidays(req: Request, res: Response): Promise<void> {
      res.json({ dates: [...schedules.holidays((req.who as Who).account)] } satisfies z.infer<typeof holidaysAnswer>);
    },

    async setHolidays(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      const { dates } = parsed(holidaysBody, req.body ?? {});
      await schedules.setHolidays(account, dates);
      note(req, 'holidays set', null, `${dates.length} days`);
      res.json({ dates: [...schedules.holidays(account)] } satisfies z.infer<typeof holidaysAnswer>);
    },
  };
}

function ownSchedule(schedules: DeviceScheduleModel, req: Request): KeptSchedule {
  const schedule = schedules.find(parsed(schedulePath, req.params).id);
  if (schedule?.account !== (req.who as Who).account)
    throw new HubError('HUB_NOT_FOUND', { sentence: 'This schedule does not exist.' });
  return schedule;
}

function answerOf(schedules: DeviceScheduleModel, kept: KeptSchedule): z.infer<typeof scheduleAnswer> {
  const { account, ...schedule } = kept;
  const next = schedules.next(account, kept);
  return {
    ...schedule,
    next: next && { day: next.day, from: next.from, readyBy: next.readyBy },
    boost: boostOf(schedules, kept.device),
  };
}

function boostOf(schedules: DeviceScheduleModel, device: number): z.infer<typeof boost> {
  const found = schedules.boostOf(device);
  return found && { until: found.until, by: found.by };
}

/** The field without its default. */
function bare(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : field;
}
