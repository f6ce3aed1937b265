import { DateTime } from 'luxon';
import { HubError } from '../lib/errors.ts';
import { type Calendar, parseCalendar } from './calendar-expression.ts';
import type { Database } from './database.ts';
import { stored } from './directory.ts';
import type { UserModel } from './user.ts';

/** A named calendar of a household, such as its peak hours. */
export interface HouseCalendar {
  readonly id: number;
  readonly account: number;
  readonly name: string;
  /** As models/calendar-expression.ts reads it, in the household's zone. */
  readonly expression: string;
  readonly public: boolean;
}

export interface CalendarFields {
  name?: string;
  expression?: string;
  public?: boolean;
}

export interface CalendarDeps {
  db: Database;
  households: Pick<UserModel, 'account'>;
}

/** Every schedule of every household in memory, written through: MySQL first, then memory. */
export class CalendarModel {
  readonly #deps: CalendarDeps;
  readonly #calendars = new Map<number, HouseCalendar & { readonly calendar: Calendar }>();

  constructor(deps: CalendarDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    const rows = await stored(() => this.#deps.db.selectFrom('schedules').selectAll().orderBy('id').execute());
    this.#calendars.clear();
    for (const { public: open, ...row } of rows) this.#keep({ ...row, id: Number(row.id), public: Number(open) === 1 });
  }

  /** The household's schedules in the order they were made. */
  list(account: number): HouseCalendar[] {
    return [...this.#calendars.values()].filter((schedule) => schedule.account === account);
  }

  find(id: number): HouseCalendar | undefined {
    return this.#calendars.get(id);
  }

  /** Makes an empty schedule, which holds no time, and returns its id. */
  async create(account: number): Promise<number> {
    if (this.list(account).length >= MOST) throw new HubError('HUB_BAD_REQUEST', { sentence: TOO_MANY });
    const insert = this.#deps.db.insertInto('schedules').values({ account, name: '', expression: '' });
    const id = Number((await stored(() => insert.executeTakeFirstOrThrow())).insertId);
    this.#keep({ id, account, name: '', expression: '', public: false });
    return id;
  }

  /** Changes what is given. Throws HUB_NOT_FOUND. */
  async set(id: number, fields: CalendarFields): Promise<void> {
    const schedule = this.#calendars.get(id);
    if (!schedule) throw new HubError('HUB_NOT_FOUND');
    const { public: open, ...texts } = fields;
    const columns = { ...texts, ...(open === undefined ? {} : { public: open ? 1 : 0 }) };
    await stored(() => this.#deps.db.updateTable('schedules').set(columns).where('id', '=', id).execute());
    this.#keep({ ...schedule, ...fields });
  }

  async remove(id: number): Promise<void> {
    await stored(() => this.#deps.db.deleteFrom('schedules').where('id', '=', id).execute());
    this.#calendars.delete(id);
  }

  /** Whether the time (Unix seconds) is in the household's schedule; false where there is no such schedule. */
  holds(account: number, id: number, time: number): boolean {
    const schedule = this.#calendars.get(id);
    if (!schedule || !mayUse(schedule, account)) return false;
    const zone = this.#deps.households.account(schedule.account)?.timezone ?? 'UTC';
    const at = DateTime.fromSeconds(time, { zone });
    return schedule.calendar(at.isValid ? at : at.setZone('utc'));
  }

  #keep({ id, account, name, expression, public: open }: HouseCalendar): void {
    this.#calendars.set(id, { id, account, name, expression, public: open, calendar: parseCalendar(expression) });
  }
}

/** Whether the household's lists may ask the schedule. */
export function mayUse(schedule: HouseCalendar | undefined, account: number): boolean {
  return schedule !== undefined && (schedule.account === account || schedule.public);
}

/** Schedules a household may have. */
const MOST = 200;
const TOO_MANY = `A household may have at most ${MOST} schedules.`;
