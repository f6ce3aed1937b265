import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { addHousehold } from '../../../test/household.ts';
import { testFolder, testStores } from '../../../test/stores.ts';
import { run } from './run.ts';
import { wishOf } from './wish.ts';

const stores = await testStores();
const GREETING = { type: 'SHPLG-S', mac: 'C45BBE112233', auth: false, num_outputs: 1 };
let env: NodeJS.ProcessEnv;
let folder: string;
let said: string;

beforeEach(async () => {
  await stores.clear();
  said = '';
  folder = testFolder('isdl');
  const { mysqlUrl, redisUrl } = stores;
  const places = { HEARTH_STORAGE: join(folder, 'storage'), HEARTH_MYSQL_URL: mysqlUrl, HEARTH_REDIS_URL: redisUrl };
  env = { ...places, HEARTH_LOOPBACK_DEVICES: '1' };
  const server = createServer((_req, res) => void res.end(JSON.stringify(GREETING)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const devices = { Fridge: { type: 'shelly:plug-s', ip: address, update_time: 10 }, Lamp: { type: 'shelly:plug-s' } };
  writeFileSync(join(folder, 'devices.json'), JSON.stringify(devices));
  writeFileSync(join(folder, 'config.json'), '{"general":{"price_kwh":"0,42"}}');
  return () => server.close();
});

async function command(...more: string[]): Promise<void> {
  const files = ['--devices', join(folder, 'devices.json'), '--config', join(folder, 'config.json')];
  const wish = wishOf([...files, ...more]);
  const say = (text: string) => {
    said += text;
  };
  if (wish) await run(wish, env, say);
}

const kept = () => stores.db.selectFrom('devices').select(['account', 'name', 'identity', 'interval']).execute();

test('the only household gets the devices, and hears what was left out', async () => {
  const account = await addHousehold(stores.db);
  await command();
  expect(said).toBe(`Brought in: 1 of 2 devices.
  Fridge  shelly1  new
  A kWh costs 0.42.

Not brought in:
  Lamp: it has no ip and no update_time

Start Hearth again: the devices are on its devices page.
`);
  expect(await kept()).toEqual([{ account, name: 'Fridge', identity: 'c45bbe112233', interval: 10 }]);
});

test('a dry run keeps nothing, whoever lives here', async () => {
  await command('--dry-run');
  expect(said).toMatch(/^Would be brought in: 1 of 2 devices[\s\S]*Nothing was changed/);
  expect(await kept()).toEqual([]);
});

test('of several households one is named', async () => {
  const accounts = [await addHousehold(stores.db), await addHousehold(stores.db)];
  await expect(command()).rejects.toThrow('There are several households: name one with --account.');
  await expect(command('--account', 'nobody')).rejects.toThrow('There is no account nobody.');
  const row = await stores.db
    .selectFrom('users')
    .select('username')
    .where('id', '=', accounts[1] ?? 0)
    .executeTakeFirst();
  await command('--account', (row?.username ?? '').toUpperCase());
  expect(await kept()).toMatchObject([{ account: accounts[1] }]);
});

test('before anybody has set Hearth up, and with files that are not there', async () => {
  await expect(command()).rejects.toThrow('Nobody has set Hearth up yet.');
  await expect(command('--config', join(folder, 'none.json'))).rejects.toThrow(/none\.json cannot be read/);
  expect(wishOf([])).toBeNull();
  expect(() => wishOf(['--divices', 'a'])).toThrow(/Unknown option/);
});
