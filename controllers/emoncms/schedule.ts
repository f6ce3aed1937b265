import type { CalendarFields, CalendarModel, HouseCalendar } from '../../models/calendar.ts';
import type { UserModel } from '../../models/user.ts';
import { floatOf, intArg, jsonArg } from './arguments.ts';
import { type Action, type Call, failure, json } from './call.ts';
import type { EmoncmsAction } from './feed.ts';
import { jsonOnly } from './feed-door.ts';

export interface ScheduleActionDeps {
  readonly calendars: CalendarModel;
  readonly users: Pick<UserModel, 'account'>;
}

/** `schedule/…`: named calendars that process lists ask. */
export function scheduleActions({ calendars, users }: ScheduleActionDeps): EmoncmsAction[] {
  const own = (call: Call) => {
    const schedule = calendars.find(intArg(call.query.id));
    return schedule && schedule.account === call.who?.account ? schedule : undefined;
  };
  const shape = (schedule: HouseCalendar) => ({
    id: String(schedule.id),
    userid: String(schedule.account),
    name: schedule.name,
    expression: schedule.expression,
    timezone: users.account(schedule.account)?.timezone ?? 'UTC',
    public: schedule.public ? '1' : '0',
  });

  const set: Action = async (call) => {
    const schedule = own(call);
    if (!schedule) return NO_SCHEDULE;
    const fields = parseFields(jsonArg(call.query.fields ?? call.form.fields));
    if (!fields) return failure('Field could not be updated');
    await calendars.set(schedule.id, fields);
    return json({ success: true, message: 'Field updated' });
  };

  const get: Action = (call) => {
    const schedule = calendars.find(intArg(call.query.id));
    if (!schedule || (schedule.account !== call.who?.account && !schedule.public)) return NO_SCHEDULE;
    return json(shape(schedule));
  };

  const remove: Action = async (call) => {
    const schedule = own(call);
    if (!schedule) return NO_SCHEDULE;
    await calendars.remove(schedule.id);
    return json({ success: true, message: 'Schedule deleted' });
  };

  return [
    row('write', 'schedule/create', async ({ who }) => json(who ? await calendars.create(who.account) : false)),
    row('read', 'schedule/list', ({ who }) => json(who ? calendars.list(who.account).map(shape) : false)),
    row('read', 'schedule/get', get),
    row('write', 'schedule/set', set),
    row('write', 'schedule/delete', remove),
  ];
}

const NO_SCHEDULE = failure('Schedule does not exist');

function row(who: EmoncmsAction['who'], path: string, to: Action): EmoncmsAction {
  return { path, who, refusal: json(false), to: jsonOnly(to) };
}

const LONGEST_NAME = 64;
const LONGEST_EXPRESSION = 2000;

/** The known fields of what is given, without characters that have no meaning there; undefined where there is none. */
function parseFields(given: unknown): CalendarFields | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { name, expression, public: open } = given as Readonly<Record<string, unknown>>;
  const fields: CalendarFields = {};
  if (typeof name === 'string') fields.name = name.replace(/[^\p{L}\p{N}_\s.:-]/gu, '').slice(0, LONGEST_NAME);
  if (typeof expression === 'string') {
    fields.expression = expression.replace(/[^\p{L}\p{N}_\s|/,:-]/gu, '').slice(0, LONGEST_EXPRESSION);
  }
  if (open !== undefined && open !== null) fields.public = floatOf(open) !== 0;
  return Object.keys(fields).length > 0 ? fields : undefined;
}
