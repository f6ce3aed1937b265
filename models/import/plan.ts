import type { Insertable } from 'kysely';
import { HubError } from '../../lib/errors.ts';
import type { Random } from '../../lib/random.ts';
import type { FeedsTable, InputsTable, SchedulesTable, UsersTable } from '../database.ts';
import { type Note, notTaken } from './note.ts';
import { Numbers } from './numbers.ts';
import { type DeviceRow, planDevices } from './plan-devices.ts';
import { planFeeds } from './plan-feeds.ts';
import { planInputs } from './plan-inputs.ts';
import { type People, planPeople } from './plan-people.ts';
import { rewriteList } from './process-references.ts';
import type { Survey } from './source.ts';

/** What is in the hub already. */
export interface HubState {
  readonly users: readonly {
    readonly id: number;
    readonly account: number;
    readonly username: string;
    readonly apikey_read: string | null;
    readonly apikey_write: string | null;
  }[];
  readonly inputs: readonly (Required<Pick<InputRow, 'id' | 'account' | 'node' | 'name'>> & {
    readonly description: string;
    readonly process_list: string;
  })[];
  readonly feeds: readonly {
    readonly id: number;
    readonly account: number;
    readonly tag: string | null;
    readonly name: string;
  }[];
  readonly schedules: readonly { readonly id: number }[];
  readonly devices: readonly {
    readonly id: number;
    readonly account: number;
    readonly node: string;
    readonly devicekey: string | null;
  }[];
  /** The numbers of the feeds that have files. */
  readonly files: readonly number[];
}

export interface Wish {
  /** The household that everything goes to; null: people become what they were. */
  readonly account: number | null;
  /** Whose things are to be taken, where the source has several people and one household takes them. */
  readonly user: string | null;
  /** Whether the household is to take EmonCMS's keys in place of its own. */
  readonly keys: boolean;
  /** A write key that is known otherwise. */
  readonly writeKey: string | null;
  readonly now: number;
  readonly random: Random;
}

export type InputRow = Insertable<InputsTable> & { id: number };
export type FeedRow = Insertable<FeedsTable> & { id: number };
export type UserRow = Insertable<UsersTable> & { id: number };
export type ScheduleRow = Insertable<SchedulesTable> & { id: number };

/** One data file and where it goes. */
export interface PlannedFile {
  readonly feed: number;
  readonly engine: 5 | 2;
  readonly interval: number;
  /** Its name in EmonCMS. */
  readonly from: string;
  readonly bytes: number;
  /** The `.meta` as it is, base64; null for a feed of records. */
  readonly meta: string | null;
}

/** Everything that will change in the hub, and what its owner should know of the rest. */
export interface Plan {
  readonly users: readonly UserRow[];
  readonly keys: { readonly account: number; readonly read: string | null; readonly write: string | null } | null;
  readonly inputs: readonly InputRow[];
  /** Inputs that are there already and get what they lack. */
  readonly completed: readonly { readonly id: number; readonly description: string; readonly process_list: string }[];
  readonly feeds: readonly FeedRow[];
  readonly files: readonly PlannedFile[];
  readonly schedules: readonly ScheduleRow[];
  readonly devices: readonly DeviceRow[];
  readonly notes: readonly Note[];
}

/** What an import of `survey` into `hub` comes to. Throws HUB_IMPORT where it cannot be told whose things are whose. */
export function makePlan(survey: Survey, hub: HubState, wish: Wish): Plan {
  const { contents } = survey;
  const people = planPeople(contents.users, hub, wish);
  const feeds = planFeeds(survey, hub, people, wish.now);
  const inputs = planInputs(contents.inputs, hub, people);
  const schedules = planSchedules(survey, hub, people);
  const devices = planDevices(contents.devices, hub, people);
  const references = { inputs: inputs.numbers, feeds: feeds.numbers, schedules: schedules.numbers };
  const notes: Note[] = [...people.notes, ...inputs.notes, ...feeds.notes, ...devices.notes, ...leftOvers(survey)];
  const rewritten = (what: string, list: string) => {
    const { list: own, notes: said } = rewriteList(what, list, references);
    notes.push(...said);
    return own;
  };
  return {
    users: people.users,
    keys: people.keys,
    inputs: inputs.rows.map((row) => ({
      ...row,
      process_list: rewritten(`input ${row.node}/${row.name}`, row.process_list ?? ''),
    })),
    completed: inputs.completed.map((one) => ({ ...one, process_list: rewritten(one.what, one.process_list) })),
    feeds: feeds.rows.map((row) => ({ ...row, process_list: rewritten(`feed ${row.name}`, row.process_list ?? '') })),
    files: feeds.files,
    schedules: schedules.rows,
    devices: devices.rows,
    notes,
  };
}

function planSchedules({ contents }: Survey, hub: HubState, people: People) {
  const { schedules } = contents;
  const numbers = new Numbers(
    hub.schedules.map(({ id }) => id),
    schedules.map(({ id }) => id),
  );
  const rows: ScheduleRow[] = [];
  for (const { id, user, name, expression, public: open } of schedules) {
    const account = people.accountOf(user);
    if (account === undefined) continue;
    rows.push({ id: numbers.give(id), account, name: name.slice(0, 64), expression, public: open ? 1 : 0 });
  }
  return { rows, numbers };
}

function leftOvers({ contents, strange }: Survey): Note[] {
  return [
    ...[...contents.others].map(([table, count]) =>
      notTaken(`${count} rows of ${table}`, 'Hearth has its own pages for that'),
    ),
    ...strange.map(({ file, why }) => notTaken(file, why)),
  ];
}

/** Which household a sentence of the owner's means. Throws HUB_IMPORT where that is none or several. */
export function chooseAccount(hub: HubState, name: string | null, needed: boolean): number | null {
  if (name !== null) {
    const found = hub.users.find((user) => user.username.toLowerCase() === name.toLowerCase());
    if (found) return found.account;
    const names = hub.users.map(({ username }) => username).join(', ');
    const sentence = names
      ? `There is no account "${name}"; there is ${names}.`
      : `There is no account "${name}", nor any other yet.`;
    throw new HubError('HUB_IMPORT', { sentence });
  }
  if (!needed) return null;
  const accounts = [...new Set(hub.users.map(({ account }) => account))];
  if (accounts.length === 1) return accounts[0]!;
  const sentence =
    accounts.length === 0
      ? 'This source does not say who its people are and the hub has no household yet: start Hearth, set up a household, stop it and run this again.'
      : 'This source does not say who its people are: name the household it belongs to with --account NAME.';
  throw new HubError('HUB_IMPORT', { sentence });
}
