import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import { Mutex } from '../../lib/mutex.ts';
import { dateOf, dayNumber, wallDay } from '../../lib/wall-clock.ts';
import type { Database } from '../database.ts';
import { stored } from '../directory.ts';
import { type Boost, BoostStore } from './boost-store.ts';
import { checkSchedule, type ScheduleWorld } from './check-schedule.ts';
import { HolidayStore } from './holiday-store.ts';
import { isInForce, type Occurrence, occurrenceAt, timerWindows } from './occurrence.ts';
import { type Change, type KeptSchedule, parseSchedule, type Schedule } from './schedule.ts';

export interface DeviceSchedulesDeps extends ScheduleWorld {
  readonly db: Database;
  readonly clock: Clock;
}

type Listener = (account: number, device: number) => void;

/** Every household's schedules, holidays and boosts in memory, written through: MySQL first, then memory. */
export class DeviceScheduleModel {
  readonly #deps: DeviceSchedulesDeps;
  readonly #schedules = new Map<number, KeptSchedule>();
  readonly #extras = new Map<number, Extra>();
  readonly #boosts: BoostStore;
  readonly #holidays: HolidayStore;
  readonly #changing = new Mutex();
  readonly #listeners = new Set<Listener>();

  constructor(deps: DeviceSchedulesDeps) {
    this.#deps = deps;
    this.#boosts = new BoostStore(deps);
    this.#holidays = new HolidayStore(deps);
  }

  async load(): Promise<void> {
    const rows = await stored(() => this.#deps.db.selectFrom('device_schedules').selectAll().orderBy('id').execute());
    this.#schedules.clear();
    this.#extras.clear();
    for (const { id, account, device, body, extra } of rows) {
      this.#schedules.set(id, { ...parseSchedule(JSON.parse(body)), id, account, device });
      if (extra !== null) this.#extras.set(id, JSON.parse(extra) as Extra);
    }
    await Promise.all([this.#boosts.load(), this.#holidays.load()]);
  }

  /** The household's schedules in the order they were made. */
  list(account: number): KeptSchedule[] {
    return [...this.#schedules.values()].filter((schedule) => schedule.account === account);
  }

  /** Every household's schedules. */
  all(): KeptSchedule[] {
    return [...this.#schedules.values()];
  }

  /** A device's schedules in the order they were made. */
  ofDevice(device: number): KeptSchedule[] {
    return [...this.#schedules.values()].filter((schedule) => schedule.device === device);
  }

  find(id: number): KeptSchedule | undefined {
    return this.#schedules.get(id);
  }

  /** What another interface keeps beside a schedule; nothing in Hearth goes by it. */
  extraOf(id: number): Extra {
    return this.#extras.get(id) ?? {};
  }

  /** The next occurrence by the household's clock and holidays; of a draft as well. */
  next(account: number, schedule: Schedule): Occurrence | null {
    const zone = this.#deps.zone(account);
    return occurrenceAt(schedule, this.#deps.clock.seconds(), zone, this.holidays(account));
  }

  /** Throws HUB_BAD_REQUEST with a sentence for what cannot be kept. */
  create(account: number, schedule: Schedule, extra: Extra = {}): Promise<KeptSchedule> {
    return this.#changing.run(async () => {
      const { household, device } = this.#room(account, schedule.device);
      if (household >= MOST) throw refused(`A household may have at most ${MOST} schedules.`);
      if (device >= MOST_A_DEVICE) throw refused(`A device may have at most ${MOST_A_DEVICE} schedules.`);
      checkSchedule(this.#deps, account, schedule);
      const kept = this.#pruned(account, schedule);
      const insert = this.#deps.db.insertInto('device_schedules').values({ account, ...row(kept, extra) });
      const { insertId } = await stored(() => insert.executeTakeFirstOrThrow());
      const made = { ...kept, id: Number(insertId), account };
      this.#put(made, extra);
      return made;
    });
  }

  /** Changes what is given. Throws HUB_NOT_FOUND, or HUB_BAD_REQUEST with a sentence. */
  change(id: number, fields: Partial<Schedule>, extra?: Extra): Promise<KeptSchedule> {
    return this.#changing.run(() => this.#change(id, () => fields, extra));
  }

  remove(id: number): Promise<void> {
    return this.#changing.run(async () => {
      const schedule = this.#schedules.get(id);
      await stored(() => this.#deps.db.deleteFrom('device_schedules').where('id', '=', id).execute());
      this.#schedules.delete(id);
      this.#extras.delete(id);
      if (schedule) this.#tell(schedule.account, schedule.device);
    });
  }

  /** Lets a device's schedules and boost go with it. */
  removeDevice(device: number): Promise<void> {
    return this.#changing.run(async () => {
      await stored(() => this.#deps.db.deleteFrom('device_schedules').where('device', '=', device).execute());
      for (const { id } of this.ofDevice(device)) {
        this.#schedules.delete(id);
        this.#extras.delete(id);
      }
      await this.#boosts.remove(device);
    });
  }

  /** Leaves the next deadline out, or the next day on which the timer has it on. Throws HUB_BAD_REQUEST where none comes. */
  skipNext(id: number): Promise<KeptSchedule> {
    return this.#changing.run(() =>
      this.#change(id, (schedule) => {
        const day = this.#nextDay(schedule);
        if (day === null) throw refused('Nothing of this schedule is to come, so nothing can be skipped.');
        return { skip: [...schedule.skip, day] };
      }),
    );
  }

  /** Makes the deadline of one day different, or as usual again (null). */
  changeOnce(id: number, day: string, change: Change | null): Promise<KeptSchedule> {
    return this.#changing.run(() =>
      this.#change(id, (schedule) => {
        const { [day]: before, ...others } = schedule.changes;
        if (change === null) return { changes: others };
        if (schedule.mode !== 'smart' || !isInForce(schedule, dayNumber(day), this.holidays(schedule.account)))
          throw refused(`This schedule has no deadline on ${day}.`);
        if (day < this.#today(schedule.account)) throw refused(`${day} is over.`);
        return { changes: { ...others, [day]: { ...before, ...change } } };
      }),
    );
  }

  /** No deadline before this day; null: as usual again. */
  pause(id: number, until: string | null): Promise<KeptSchedule> {
    return this.change(id, { pausedUntil: until });
  }

  /** Runs the device for so many seconds from now on, whatever its schedules say; after that they count again. Outlives a restart. */
  boost(device: number, seconds: number, by: string): Promise<Boost> {
    return this.#changing.run(async () => {
      const account = this.#deps.devices.find(device)?.account;
      if (account === undefined) throw new HubError('HUB_DEVICE_NOT_FOUND');
      const boost = await this.#boosts.set({ account, device, until: this.#deps.clock.seconds() + seconds, by });
      this.#tell(account, device);
      return boost;
    });
  }

  endBoost(device: number): Promise<void> {
    return this.#changing.run(async () => {
      const boost = this.boostOf(device);
      await this.#boosts.remove(device);
      if (boost) this.#tell(boost.account, device);
    });
  }

  /** The device's boost; null where there is none or it is over. */
  boostOf(device: number): Boost | null {
    const boost = this.#boosts.get(device);
    const left = boost ? boost.until - this.#deps.clock.seconds() : 0;
    // One that would last longer than any does is of a time before the clock was set back.
    return boost && left > 0 && left <= LONGEST_BOOST_S ? boost : null;
  }

  /** The household's holidays in order. */
  holidays(account: number): readonly string[] {
    return this.#holidays.get(account);
  }

  setHolidays(account: number, dates: readonly string[]): Promise<void> {
    return this.#changing.run(async () => {
      await this.#holidays.set(account, dates);
      for (const device of new Set(this.list(account).map((schedule) => schedule.device))) this.#tell(account, device);
    });
  }

  /** Calls `listener` after a device's schedules, its boost or the household's holidays changed. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #change(
    id: number,
    fieldsOf: (schedule: KeptSchedule) => Partial<Schedule>,
    extra?: Extra,
  ): Promise<KeptSchedule> {
    const schedule = this.#schedules.get(id);
    if (!schedule) throw new HubError('HUB_NOT_FOUND', { sentence: 'This schedule does not exist.' });
    const { account } = schedule;
    const changed = { ...schedule, ...fieldsOf(schedule), id, account };
    checkSchedule(this.#deps, account, changed, schedule);
    if (changed.device !== schedule.device && this.#room(account, changed.device).device >= MOST_A_DEVICE)
      throw refused(`A device may have at most ${MOST_A_DEVICE} schedules.`);
    const kept = { ...this.#pruned(account, changed), id, account };
    const beside = extra ?? this.extraOf(id);
    const update = this.#deps.db.updateTable('device_schedules').set(row(kept, beside)).where('id', '=', id);
    await stored(() => update.execute());
    this.#put(kept, beside);
    if (kept.device !== schedule.device) this.#tell(account, schedule.device);
    return kept;
  }

  #put(schedule: KeptSchedule, extra: Extra): void {
    this.#schedules.set(schedule.id, schedule);
    if (Object.keys(extra).length > 0) this.#extras.set(schedule.id, extra);
    else this.#extras.delete(schedule.id);
    this.#tell(schedule.account, schedule.device);
  }

  #nextDay(schedule: KeptSchedule): string | null {
    const { account } = schedule;
    const found = this.next(account, schedule);
    if (found || schedule.mode !== 'timer') return found?.day ?? null;
    const zone = this.#deps.zone(account);
    const now = this.#deps.clock.seconds();
    const [window] = timerWindows(schedule, now, now + YEAR_S, zone, this.holidays(account)).filter(([at]) => at > now);
    return window ? dateOf(wallDay(window[0], zone)) : null;
  }

  /** Without the days that are over. */
  #pruned<S extends Schedule>(account: number, schedule: S): S {
    const today = this.#today(account);
    return {
      ...schedule,
      skip: [...new Set(schedule.skip)].filter((day) => day >= today).sort(),
      changes: Object.fromEntries(Object.entries(schedule.changes).filter(([day]) => day >= today)),
      pausedUntil: schedule.pausedUntil !== null && schedule.pausedUntil > today ? schedule.pausedUntil : null,
    };
  }

  #today(account: number): string {
    return dateOf(wallDay(this.#deps.clock.seconds(), this.#deps.zone(account)));
  }

  #room(account: number, device: number): { household: number; device: number } {
    return { household: this.list(account).length, device: this.ofDevice(device).length };
  }

  #tell(account: number, device: number): void {
    for (const listener of this.#listeners) listener(account, device);
  }
}

/** JSON of another interface. */
export type Extra = Readonly<Record<string, unknown>>;

function row(schedule: Schedule, extra: Extra) {
  const { device, ...body } = parseSchedule(schedule);
  const beside = Object.keys(extra).length > 0 ? JSON.stringify(extra) : null;
  return { device, body: JSON.stringify({ ...body, device }), extra: beside };
}

function refused(sentence: string): HubError {
  return new HubError('HUB_BAD_REQUEST', { sentence });
}

const LONGEST_BOOST_S = 7 * 86_400;
const MOST = 200;
const MOST_A_DEVICE = 16;
const YEAR_S = 366 * 86_400;
