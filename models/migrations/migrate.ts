import { type Migration, Migrator } from 'kysely';
import type { Log } from '../../lib/log.ts';
import type { Database } from '../database.ts';
import { up as start } from './0001-start.ts';
import { up as schedules } from './0002-schedules.ts';
import { up as devices } from './0003-devices.ts';
import { up as drivenDevices } from './0010-devices.ts';
import { up as logins } from './0011-logins.ts';
import { up as inbox } from './0012-inbox.ts';
import { up as tariffs } from './0013-tariffs.ts';
import { up as deviceSchedules } from './0014-schedules.ts';
import { up as forecasts } from './0015-forecasts.ts';
import { up as reports } from './0016-reports.ts';
import { up as plans } from './0017-plans.ts';
import { up as parked } from './0018-parked.ts';

/** Every change to the tables, in order. A new one gets the next number; one that was released never changes. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-start': { up: start },
  '0002-schedules': { up: schedules },
  '0003-devices': { up: devices },
  '0010-devices': { up: drivenDevices },
  '0011-logins': { up: logins },
  '0012-inbox': { up: inbox },
  '0013-tariffs': { up: tariffs },
  '0014-schedules': { up: deviceSchedules },
  '0015-forecasts': { up: forecasts },
  '0016-reports': { up: reports },
  '0017-plans': { up: plans },
  '0018-parked': { up: parked },
};

/**
 * Brings the tables up to date. Of several hubs on one database one works while the others wait. After a crash in the
 * middle the next call repeats the step that was cut short, which each step allows.
 */
export async function migrate(db: Database, log: Log): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error, results = [] } = await migrator.migrateToLatest();
  for (const { migrationName, status } of results) {
    if (status === 'Success') log.info(`The tables are now at ${migrationName}`);
  }
  if (error)
    throw error instanceof Error ? error : new Error('The tables could not be brought up to date.', { cause: error });
}
