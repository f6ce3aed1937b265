import type { Directory } from './directory.ts';
import type { PersonPatch } from './person.ts';

/** What holds for a whole household; it stands on its first owner's row. */
export interface Household {
  readonly home: string;
  /** New inputs get feeds by themselves. */
  readonly autoRecord: boolean;
  /** The feeds that stand for the whole house. */
  readonly powerFeed: number | null;
  readonly energyFeed: number | null;
  /** Posts are answered `ok` and dropped, as EmonCMS's input/disable does. */
  readonly inputsDisabled: boolean;
  /** The zone in which the household's days begin. */
  readonly timezone: string;
}

export type HouseholdPatch = Partial<Omit<Household, 'timezone'>>;

export function householdOf(directory: Directory, account: number): Household | undefined {
  const row = directory.get(account)?.row;
  if (!row) return undefined;
  return {
    home: row.home,
    autoRecord: row.auto_record === 1,
    powerFeed: row.power_feed,
    energyFeed: row.energy_feed,
    inputsDisabled: row.inputs_disabled === 1,
    timezone: row.timezone,
  };
}

/** Stores household settings; those left out stay. */
export async function setHousehold(directory: Directory, account: number, patch: HouseholdPatch): Promise<void> {
  const row: PersonPatch = {
    ...(patch.home === undefined ? {} : { home: patch.home.trim().slice(0, 64) }),
    ...(patch.autoRecord === undefined ? {} : { auto_record: patch.autoRecord ? 1 : 0 }),
    ...(patch.powerFeed === undefined ? {} : { power_feed: patch.powerFeed }),
    ...(patch.energyFeed === undefined ? {} : { energy_feed: patch.energyFeed }),
    ...(patch.inputsDisabled === undefined ? {} : { inputs_disabled: patch.inputsDisabled ? 1 : 0 }),
  };
  if (Object.keys(row).length > 0) await directory.update(account, row);
}
