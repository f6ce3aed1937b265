import type { Express } from 'express';
import supertest from 'supertest';
import { loadConfig } from '../app/config.ts';
import { createControllers } from '../app/controllers.ts';
import { createHttp } from '../app/http.ts';
import { createMetrics } from '../app/metrics.ts';
import { createSessions } from '../app/middleware/session.ts';
import { routes } from '../app/routes.ts';
import { Discovery } from '../app/services/discovery.ts';
import type { PluginsApiDeps } from '../controllers/api/plugins.ts';
import { createLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { projectRoot } from '../lib/project-root.ts';
import { systemRandom } from '../lib/random.ts';
import { FeedData } from '../models/feed-data.ts';
import type { Role } from '../models/who.ts';
import { openModels, type TestModels } from './household.ts';
import { registration } from './people.ts';
import { type TestStores, testFolder } from './stores.ts';

export type Browser = ReturnType<typeof supertest.agent>;

export interface PageApp extends TestModels {
  readonly app: Express;
  readonly clock: ManualClock;
  /** A browser without a session. */
  visitor(): Browser;
  /** Somebody of the household Tan-y-bryn, signed in; the household is made on the way. */
  browserOf(role: Role): Promise<Browser>;
}

/** A network on which nobody answers. */
const SILENT = { send: () => undefined, close: () => undefined };

export const PASSWORD = 'three wet sheep';

/** The whole HTTP door on the file's own stores and engine, without a broker. */
export async function pageApp(stores: TestStores, plugins: PluginsApiDeps['plugins'] = () => []): Promise<PageApp> {
  const clock = new ManualClock(Date.UTC(2026, 0, 15, 12));
  const log = createLog('silent');
  const models = await openModels({ stores, folder: testFolder('pages'), clock });
  const { users, series, feeds } = models;
  const config = loadConfig({ HEARTH_STORAGE: testFolder('config'), HEARTH_TIMEZONE: 'Europe/London' });
  const metrics = createMetrics({ series: () => series.health(), mqttClients: () => 0, storeUp: () => true });
  const up = { healthy: () => true };
  const base = { config, log, clock, random: systemRandom, metrics, users };
  const controllers = createControllers({
    ...base,
    ...models,
    data: new FeedData({ series, last: (feed) => feeds.last(feed), virtual: models.virtual }),
    // Only their health is asked for here; the models hold the stores themselves.
    stores: { mysql: up, redis: up } as never,
    publish: () => undefined,
    mqttPort: () => 1883,
    ca: () => 'the authority\n',
    plugins,
    fetchOutside: async () => ({ status: 404, body: '', retryAfter: null }),
    discovery: new Discovery({ ...base, ...models, broadcast: () => SILENT, browse: () => SILENT.close }),
    answered: () => undefined,
    network: () => ({ name: 'hearth.local', conflict: false, legacyPort: 'none' }),
  });
  const sessions = createSessions({ ...base, redis: stores.redis, secret: 'a secret of the tests' });
  const app = createHttp({
    ...base,
    pairing: models.pairing,
    root: projectRoot,
    sessions,
    routes: routes(controllers),
  });
  const browsers = signedIn(app, models);
  return { ...models, app, clock, visitor: () => supertest.agent(app), browserOf: browsers };
}

function signedIn(app: Express, { users }: TestModels): PageApp['browserOf'] {
  let account = 0;
  const join = async (role: Role): Promise<string> => {
    if (account === 0) {
      const made = await users.register(registration({ language: 'en', password: PASSWORD }));
      if (!made.ok) throw new Error(made.why);
      account = made.user.account;
    }
    if (role === 'owner') return registration().username;
    if (users.people(account).some((person) => person.username === role)) return role;
    const secret = await users.invite(account, { name: role, role });
    await users.acceptInvitation(secret, { username: role, password: PASSWORD, email: '', language: 'en' });
    return role;
  };
  return async (role) => {
    const browser = supertest.agent(app);
    const username = await join(role);
    await browser.post('/sign-in').type('form').send({ username, password: PASSWORD }).expect(303);
    return browser;
  };
}
