import type { Insertable } from 'kysely';
import type { Random } from '../../lib/random.ts';
import type { DevicesTable, FeedsTable, InputsTable, SchedulesTable, UsersTable } from '../database.ts';
import type { Note } from './note.ts';

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
export type DeviceRow = Insertable<DevicesTable> & { id: number };
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
