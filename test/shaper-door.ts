import request from 'supertest';
import { afterAll, beforeEach } from 'vitest';
import { demandshaperActions } from '../controllers/emoncms/demandshaper.ts';
import type { ShaperPlans } from '../controllers/emoncms/demandshaper-runtime.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import type { Fetch } from '../models/forecast/ask-source.ts';
import type { Who } from '../models/who.ts';
import { emoncmsApp, keyHolders } from './emoncms-app.ts';
import { fakeFamily } from './fake-driver.ts';
import { addHousehold, openModels } from './household.ts';
import { testFolder, testStores } from './stores.ts';

/** Summer, a Wednesday, 20:10 in London. */
export const NOW = Date.UTC(2026, 6, 15, 19, 10) / 1000;
export const EIGHT = Date.UTC(2026, 6, 16, 7) / 1000;
export const HOUR = 3600;
export const stores = await testStores();
export const clock = new ManualClock(NOW * 1000);
export const models = await openModels({ stores, folder: testFolder(), clock });
models.drivers.set('fake', fakeFamily().driver);
models.drivers.set('openevse2', fakeFamily('openevse2').driver);
afterAll(() => models.series.close());

/** The household of the test. */
export let account: number;
let people: Record<string, Who>;
let outside: Fetch;
/** What the world outside answers until the test is over. */
export const answerFrom = (fetch: Fetch): void => {
  outside = fetch;
};
export const decided = new Map<number, ReturnType<ShaperPlans['of']>>();
beforeEach(async () => {
  account = await addHousehold(stores.db, { timezone: 'Europe/London' });
  const neighbour = await addHousehold(stores.db);
  await models.users.load();
  people = keyHolders(account, neighbour, 'Europe/London');
  decided.clear();
  outside = async () => ({ status: 500, body: '', retryAfter: null });
});

const actions = demandshaperActions({
  ...models,
  clock,
  plans: { of: (device) => decided.get(device) },
  fetchOutside: (...asked) => outside(...asked),
});
export const app = emoncmsApp(actions, models.series, (key) => people[key] ?? null);

/** The text of EmonCMS’s answer. */
export async function get(path: string, query: Record<string, string | number> = {}, as = 'write') {
  return (
    await request(app)
      .get(`/emoncms/demandshaper/${path}`)
      .query({ ...query, apikey: as })
  ).text;
}
// biome-ignore lint/suspicious/noExplicitAny: what EmonCMS answers has no type here
export const got = async (...args: Parameters<typeof get>): Promise<any> => JSON.parse(await get(...args));

/** A plug that can be switched; its node is what EmonCMS calls the device. */
export async function plug(node = 'plug1', family = 'fake', name = 'Boiler'): Promise<number> {
  const found = { family, identity: `${node}-${account}`, address: null, type: '', model: '', name, supported: true };
  return (await models.devices.adopt(account, found, { node, now: 0 })).id;
}

export const settings = (more: object = {}) => ({
  ...{ device: 'plug1', device_type: 'smartplug', device_name: 'plug1', ctrlmode: 'smart', period: 3, end: 8 },
  ...{ end_timestamp: EIGHT, interruptible: 0, runone: 0, on_completion: 'smart', forecast_units: 'generic', ip: '' },
  ...{ forecast_config: [{ name: 'energylocal', club: 'bethesda', weight: 1 }] },
  timer: [
    { start: 0, end: 0 },
    { start: 0, end: 0 },
  ],
  ...more,
});
export const save = (more: object = {}, as = 'write') =>
  got('save', { schedule: JSON.stringify({ settings: settings(more), runtime: { started: true, timeleft: 1 } }) }, as);
