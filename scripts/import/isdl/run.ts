import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '../../../app/config.ts';
import { deviceMqtt } from '../../../app/connections/device-mqtt.ts';
import { devicePorts } from '../../../app/connections/device-ports.ts';
import { lockStorage } from '../../../app/storage-lock.ts';
import { connectStores } from '../../../app/stores.ts';
import { systemClock } from '../../../lib/clock.ts';
import { HubError } from '../../../lib/errors.ts';
import { createLog } from '../../../lib/log.ts';
import { systemRandom } from '../../../lib/random.ts';
import type { Database } from '../../../models/database.ts';
import { DeviceModel } from '../../../models/device.ts';
import { DRIVERS } from '../../../models/drivers/registry.ts';
import { bringIn } from '../../../models/isdl/bring-in.ts';
import { parseIsdl } from '../../../models/isdl/parse.ts';
import { summary } from './summary.ts';
import type { IsdlWish } from './wish.ts';

const clock = systemClock;
const random = systemRandom;

/** Opens the hub's storage as the hub does, brings ISDL's devices in and says what came of it. */
export async function run(wish: IsdlWish, env: NodeJS.ProcessEnv, say: (text: string) => void): Promise<void> {
  const plan = parseIsdl(await textOf(wish.devices), wish.config === null ? null : await textOf(wish.config));
  const config = loadConfig(env);
  const log = createLog('error');
  const undo: (() => unknown)[] = [];
  try {
    const db = await openStore();
    const account = db ? await accountOf(db, wish.account) : 0;
    const devices = db && new DeviceModel({ db, random });
    await devices?.load();
    const mqtt = deviceMqtt(async () => undefined, systemClock);
    const ports = devicePorts({ clock, random, log, mqtt, rules: { loopback: config.loopbackDevices } });
    const store = wish.dryRun || !db || !devices ? null : { db, devices };
    const brought = await bringIn({ store, drivers: DRIVERS, ports, clock }, account, plan);
    say(summary(plan, brought, wish.dryRun));
  } finally {
    for (const step of undo.reverse()) await step();
  }

  /** A dry run opens nothing, so it may be made while the hub runs. */
  async function openStore(): Promise<Database | null> {
    if (wish.dryRun) return null;
    if (config.mysqlUrl === null && !existsSync(join(config.storage, 'mysql')))
      throw refusal(`There is no household in ${config.storage} yet. Start Hearth and set it up first.`);
    const lock = await lockStorage(config.storage, random).catch((error: unknown) => {
      if (!(error instanceof HubError) || error.code !== 'HUB_STORAGE_BUSY') throw error;
      throw refusal(`A hub is running on ${config.storage}. Stop it, and run this again.`);
    });
    undo.push(() => lock.release());
    return (await connectStores({ config, log, clock, random }, undo)).mysql.db;
  }
}

async function accountOf(db: Database, name: string | null): Promise<number> {
  const people = await db.selectFrom('users').select(['account', 'username']).execute();
  const households = new Set(people.map(({ account }) => account));
  const [only] = households;
  if (name === null) {
    if (only !== undefined && households.size === 1) return only;
    throw refusal(
      only === undefined ? 'Nobody has set Hearth up yet.' : 'There are several households: name one with --account.',
    );
  }
  const person = people.find(({ username }) => username.toLowerCase() === name.toLowerCase());
  if (!person) throw refusal(`There is no account ${name}.`);
  return person.account;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw refusal(`${path} cannot be read: ${(cause as Error).message}.`);
  }
}

function refusal(sentence: string): HubError {
  return new HubError('HUB_IMPORT', { sentence });
}
