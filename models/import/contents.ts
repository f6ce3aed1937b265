import { cleanName, cleanNode } from '../input-names.ts';
import { importedPassword } from '../password.ts';
import type { DumpRow } from './sql-dump.ts';

export interface SourceUser {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  /** As `users.password` keeps it; null where it cannot be checked any more. */
  readonly password: string | null;
  readonly keys: { readonly read: string | null; readonly write: string | null };
  readonly timezone: string;
  readonly language: string;
  readonly admin: boolean;
  readonly profile: Readonly<Record<string, string | null>>;
  readonly uuid: string;
}

export interface SourceInput {
  readonly id: number;
  /** Null where the source does not say whose it is. */
  readonly user: number | null;
  readonly node: string;
  readonly name: string;
  readonly description: string;
  readonly processList: string;
}

export interface SourceFeed {
  readonly id: number;
  readonly user: number | null;
  readonly name: string;
  readonly tag: string | null;
  readonly unit: string;
  readonly public: boolean;
  /** EmonCMS's number; Hearth has 2, 5 and 7. */
  readonly engine: number;
  readonly processList: string;
}

export interface SourceSchedule {
  readonly id: number;
  readonly user: number | null;
  readonly name: string;
  readonly expression: string;
  readonly public: boolean;
}

export interface SourceDevice {
  readonly id: number;
  readonly user: number | null;
  readonly node: string;
  readonly name: string;
  readonly description: string;
  readonly type: string;
  readonly key: string;
}

/** What an EmonCMS knows, besides the values of its feeds. */
export interface Contents {
  readonly users: readonly SourceUser[];
  readonly inputs: readonly SourceInput[];
  readonly feeds: readonly SourceFeed[];
  readonly schedules: readonly SourceSchedule[];
  readonly devices: readonly SourceDevice[];
  /** How many rows there are of what Hearth has nothing for, by table. */
  readonly others: ReadonlyMap<string, number>;
}

/** Gathers the rows of a dump. */
export class ContentsReader {
  readonly #users: SourceUser[] = [];
  readonly #inputs: SourceInput[] = [];
  readonly #feeds: SourceFeed[] = [];
  readonly #schedules: SourceSchedule[] = [];
  readonly #devices: SourceDevice[] = [];
  readonly #others = new Map<string, number>();

  static wants(table: string): boolean {
    return TABLES.has(table);
  }

  take(table: string, row: DumpRow): void {
    if (wholeNumber(row.id) === null && table !== 'app_config') return;
    if (table === 'users') this.#users.push(parseUser(row));
    else if (table === 'input') this.#inputs.push(parseInput(row));
    else if (table === 'feeds') this.#feeds.push(parseFeed(row));
    else if (table === 'schedule') this.#schedules.push(parseSchedule(row));
    else if (table === 'device') this.#devices.push(parseDevice(row));
    else this.#others.set(table, (this.#others.get(table) ?? 0) + 1);
  }

  contents(): Contents {
    const byId = (a: { id: number }, b: { id: number }) => a.id - b.id;
    return {
      users: this.#users.sort(byId),
      inputs: this.#inputs.sort(byId),
      feeds: this.#feeds.sort(byId),
      schedules: this.#schedules.sort(byId),
      devices: this.#devices.sort(byId),
      others: this.#others,
    };
  }
}

const TAKEN = ['users', 'input', 'feeds', 'schedule', 'device'];
const COUNTED = ['dashboard', 'graph', 'multigraph', 'app', 'app_config', 'postprocess', 'sync', 'rfm12b'];
const TABLES = new Set([...TAKEN, ...COUNTED]);

function parseUser(row: DumpRow): SourceUser {
  const profile = Object.fromEntries(PROFILE.map((name) => [name, row[name] ?? null]));
  return {
    id: number(row.id),
    username: row.username ?? '',
    email: row.email ?? '',
    password: importedPassword(row.salt ?? '', row.password ?? ''),
    keys: { read: apiKey(row.apikey_read), write: apiKey(row.apikey_write) },
    timezone: row.timezone ?? 'UTC',
    language: row.language ?? 'en',
    admin: number(row.admin) === 1,
    profile,
    uuid: row.uuid ?? '',
  };
}

const PROFILE = ['name', 'location', 'bio', 'tags', 'gravatar', 'startingpage', 'language'];

/** A row of EmonCMS's `input` table, or of its `input/list`. */
export function parseInput(row: DumpRow): SourceInput {
  return {
    id: number(row.id),
    user: wholeNumber(row.userid),
    node: cut(cleanNode(cut(row.nodeid ?? '')), LONGEST_INPUT),
    name: cut(cleanName(row.name ?? ''), LONGEST_INPUT),
    description: cut(row.description ?? '', 255),
    processList: row.processList ?? '',
  };
}

/** A row of EmonCMS's `feeds` table, or of its `feed/list`. */
export function parseFeed(row: DumpRow): SourceFeed {
  return {
    id: number(row.id),
    user: wholeNumber(row.userid),
    name: row.name ?? '',
    tag: row.tag ?? null,
    unit: row.unit ?? '',
    public: number(row.public) === 1,
    engine: number(row.engine),
    processList: row.processList ?? '',
  };
}

function parseSchedule(row: DumpRow): SourceSchedule {
  return {
    id: number(row.id),
    user: wholeNumber(row.userid),
    name: row.name ?? '',
    expression: row.expression ?? '',
    public: number(row.public) === 1,
  };
}

function parseDevice(row: DumpRow): SourceDevice {
  return {
    id: number(row.id),
    user: wholeNumber(row.userid),
    node: row.nodeid ?? '',
    name: row.name ?? '',
    description: row.description ?? '',
    type: row.type ?? '',
    key: row.devicekey ?? '',
  };
}

const LONGEST_INPUT = 64;

/** Cut by characters, not by halves of them. */
function cut(text: string, longest = LONGEST_INPUT): string {
  return text.length <= longest ? text : [...text].slice(0, longest).join('');
}

/** EmonCMS's keys are 32 hexadecimal digits; anything else never worked. */
function apiKey(key: string | null | undefined): string | null {
  return key && /^[0-9a-f]{32}$/i.test(key) ? key.toLowerCase() : null;
}

function number(text: string | null | undefined): number {
  return wholeNumber(text) ?? 0;
}

function wholeNumber(text: string | null | undefined): number | null {
  return text && /^\d{1,10}$/.test(text) ? Number(text) : null;
}
