import type { ColumnType, Generated, Kysely } from 'kysely';
import type { Role } from './who.ts';

/** The handle every model queries through. Made by app/connections/mysql.ts. */
export type Database = Kysely<Tables>;

export interface Tables {
  users: UsersTable;
  tokens: TokensTable;
  inputs: InputsTable;
  feeds: FeedsTable;
  settings: SettingsTable;
  schedules: SchedulesTable;
  logins: LoginsTable;
  audit: AuditTable;
  pairing_blocks: PairingBlocksTable;
  devices: DevicesTable;
  switches: SwitchesTable;
  found_ignored: FoundIgnoredTable;
  parked_readings: ParkedReadingsTable;
  tariffs: TariffsTable;
  report_settings: ReportSettingsTable;
  reports: ReportsTable;
  device_tallies: DeviceTalliesTable;
  device_schedules: DeviceSchedulesTable;
  boosts: BoostsTable;
  holidays: HolidaysTable;
  plan_states: PlanStatesTable;
  plan_decisions: PlanDecisionsTable;
  plan_runs: PlanRunsTable;
  forecast_sources: ForecastSourcesTable;
  forecast_answers: ForecastAnswersTable;
}

/** People. A household's owner has `account = id` and carries the household's keys and settings. */
export interface UsersTable {
  id: Generated<number>;
  account: number;
  role: Role;
  username: string;
  email: string;
  /** argon2id in PHC form, or EmonCMS’s hash until its owner signs in first; empty until an invited person has chosen one. */
  password: string;
  apikey_read: string | null;
  apikey_write: string | null;
  timezone: string;
  language: string;
  /** What the household calls its home; on the owner's row. */
  home: ColumnType<string, string | undefined>;
  /** 1: new inputs get feeds by themselves. 0: as EmonCMS, only what a person sets up. On the owner's row. */
  auto_record: ColumnType<number, number | undefined>;
  /** The feeds that stand for the whole house; on the owner's row. */
  power_feed: ColumnType<number | null, number | null | undefined>;
  energy_feed: ColumnType<number | null, number | null | undefined>;
  /** 1: posts are answered `ok` and dropped, as EmonCMS's input/disable does. On the owner's row. */
  inputs_disabled: ColumnType<number, number | undefined>;
  /** EmonCMS's profile fields as JSON: name, location, bio, tags, startingpage, gravatar. */
  profile: ColumnType<string, string | undefined>;
  uuid: string;
  /** Sessions made under a lower number are over: counts password changes and "sign out everywhere". */
  session_epoch: ColumnType<number, number | undefined>;
  /** Unix seconds. */
  created: number;
  last_seen: ColumnType<number | null, number | null | undefined>;
}

/** One-time secrets that travel by link; only their SHA-256 is kept. */
export interface TokensTable {
  hash: string;
  kind: 'invitation' | 'password reset';
  account: number;
  user: number | null;
  role: Role | null;
  name: string;
  expires: number;
}

export interface InputsTable {
  id: Generated<number>;
  account: number;
  node: string;
  name: string;
  description: ColumnType<string, string | undefined>;
  /** EmonCMS's encoding, `id:arg,id:arg`. */
  process_list: ColumnType<string, string | undefined>;
}

export interface FeedsTable {
  id: Generated<number>;
  account: number;
  name: string;
  /** Null where it was created without one. */
  tag: string | null;
  unit: ColumnType<string, string | undefined>;
  public: ColumnType<number, number | undefined>;
  /** EmonCMS's numbers: 5 PHPFina, 2 PHPTimeSeries, 7 virtual. */
  engine: number;
  /** Seconds; 0 for engines without a fixed one. */
  interval: number;
  process_list: ColumnType<string, string | undefined>;
  created: number;
}

export interface DevicesTable {
  id: Generated<number>;
  account: number;
  node: string;
  name: string;
  description: string;
  type: string;
  devicekey: string | null;
  ip: string;
  /** Which driver reads it; empty where it only posts. */
  family: ColumnType<string, string | undefined>;
  /** MAC or the maker's id; null where the family is empty. */
  identity: ColumnType<string | null, string | null | undefined>;
  address: ColumnType<string | null, string | null | undefined>;
  /** JSON. */
  settings: ColumnType<string | null, string | null | undefined>;
  room: ColumnType<string, string | undefined>;
  place: ColumnType<string, string | undefined>;
  enabled: ColumnType<number, number | undefined>;
  /** Seconds between two polls; null: the family's own. */
  interval: ColumnType<number | null, number | null | undefined>;
  /** JSON: what the household wants of it. */
  desired: ColumnType<string | null, string | null | undefined>;
  template: ColumnType<string | null, string | null | undefined>;
  template_version: ColumnType<string | null, string | null | undefined>;
  created: ColumnType<number, number | undefined>;
}

/** What was switched, by whom and why. */
export interface SwitchesTable {
  id: Generated<number>;
  account: number;
  device: number;
  /** Unix seconds. */
  at: number;
  on: number;
  who: string;
  why: string;
  outcome: string;
}

/** Found devices that a household does not want to see. */
export interface FoundIgnoredTable {
  id: Generated<number>;
  account: number;
  family: string;
  identity: string;
  name: string;
  model: string;
  created: number;
}

/** Readings of sensors nobody has decided about, one row a post. */
export interface ParkedReadingsTable {
  id: Generated<number>;
  account: number;
  identity: string;
  keyless: number;
  received: number;
  /** JSON, as models/esp32/parked.ts reads it. */
  entries: string;
}

/** What a household pays, all of its versions. */
export interface TariffsTable {
  account: number;
  /** JSON, as models/tariff/tariff.ts reads it. */
  body: string;
  changed: number;
}

/** When a household's reports are made. */
export interface ReportSettingsTable {
  account: number;
  /** JSON, as models/report/report-settings.ts reads it. */
  body: string;
  /** Unix seconds; what fell due before is not made. */
  since: number;
}

/** Reports as they were made. */
export interface ReportsTable {
  id: Generated<number>;
  account: number;
  kind: string;
  /** Unix seconds. */
  begins: number;
  ends: number;
  made: number;
  /** 1: in the text files too. */
  filed: number;
  /** JSON. */
  body: string;
}

/** How often a device answered in an hour since 1970. */
export interface DeviceTalliesTable {
  device: number;
  hour: number;
  ok: number;
  failed: number;
  invalid: number;
}

/** Where a household's forecasts come from. */
export interface ForecastSourcesTable {
  id: Generated<number>;
  account: number;
  name: string;
  provider: string;
  /** JSON, as the provider's schema reads it; secrets are in it. */
  params: string;
  created: number;
}

/** What a source last said, and how asking it went. */
export interface ForecastAnswersTable {
  source: number;
  /** As models/forecast/span.ts packs them. */
  spans: string;
  /** Unix seconds, as are the next two. */
  fetched: number | null;
  attempted: number | null;
  wait: number | null;
  failures: number;
  fault: string | null;
}

/** When devices run. */
export interface DeviceSchedulesTable {
  id: Generated<number>;
  account: number;
  device: number;
  /** JSON, as models/schedule/schedule.ts reads it. */
  body: string;
  /** JSON that only another interface understands. */
  extra: ColumnType<string | null, string | null | undefined>;
}

/** Devices that run for a while because somebody said so. */
export interface BoostsTable {
  device: number;
  account: number;
  /** Unix seconds. */
  ends: number;
  by: string;
}

export interface HolidaysTable {
  account: number;
  /** JSON list of dates. */
  dates: string;
}

/** Calendars that process lists ask. */
export interface SchedulesTable {
  id: Generated<number>;
  account: number;
  name: string;
  expression: string;
  public: ColumnType<number, number | undefined>;
}

export interface SettingsTable {
  name: string;
  value: string;
}

/** Logins that belong to one device each. */
export interface LoginsTable {
  id: Generated<number>;
  account: number;
  device: number;
  username: string;
  /** SHA-256, hex. */
  secret_hash: string;
  /** JSON: the MQTT filters it may publish and subscribe below. */
  filters: string;
  /** 1: the first node it reports under becomes its own. */
  claims: ColumnType<number, number | undefined>;
  created: number;
  revoked: ColumnType<number | null, number | null | undefined>;
}

/** Who did what to devices and their rights. */
export interface AuditTable {
  id: Generated<number>;
  account: number;
  at: number;
  actor: string;
  action: string;
  device: number | null;
  detail: string;
}

/** Who may not ask to be let in again. */
export interface PairingBlocksTable {
  id: Generated<number>;
  account: number;
  identity: string;
  shown: string;
  created: number;
}

/** How far each device's run has come. */
export interface PlanStatesTable {
  device: number;
  account: number;
  /** JSON, as models/plan/run-state.ts reads it. */
  body: string;
}

/** What was decided of a device, when and why. */
export interface PlanDecisionsTable {
  id: Generated<number>;
  account: number;
  device: number;
  /** Unix seconds. */
  at: number;
  /** JSON, as models/plan/plan-store.ts reads it. */
  body: string;
}

/** Runs that are over, for what smart running saved. */
export interface PlanRunsTable {
  id: Generated<number>;
  account: number;
  device: number;
  ready_by: number;
  /** JSON, as models/plan/plan-store.ts reads it. */
  body: string;
}
