import { Writable } from 'node:stream';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { pino } from 'pino';
import { type EmoncmsRoute, emoncmsDoor, REFUSED } from '../app/emoncms-door.ts';
import { createMetrics } from '../app/metrics.ts';
import { ownOrigin } from '../app/middleware/csrf.ts';
import { safeHeaders } from '../app/middleware/headers.ts';
import { ownHost } from '../app/middleware/host.ts';
import { guard, guardPage, type Policy } from '../app/middleware/policy.ts';
import { aboutRequest, requestLog } from '../app/middleware/request-log.ts';
import { createSessions } from '../app/middleware/session.ts';
import { identify, sessionDoor, whoAsks } from '../app/middleware/who.ts';
import { json } from '../controllers/emoncms/call.ts';
import { emoncmsUser } from '../controllers/emoncms/user.ts';
import { HubError } from '../lib/errors.ts';
import { systemRandom } from '../lib/random.ts';
import type { SeriesHealth } from '../models/timeseries/series.ts';
import { type TestPeople, type TestPeopleOptions, testPeople } from './people.ts';
import type { TestStores } from './stores.ts';

export interface PeopleApp extends TestPeople {
  readonly app: Express;
  /** Everything that was logged, at every level. */
  logged(): string;
}

const SECRET = 'a secret of the tests';

/** The doors around people, put together as the hub does: EmonCMS's user module, and a few routes of every policy. */
export async function peopleApp(stores: TestStores, options: TestPeopleOptions = {}): Promise<PeopleApp> {
  const people = await testPeople(stores, options);
  const { users, clock } = people;
  const { log, logged } = capture();
  const sessions = createSessions({ users, redis: options.redis ?? stores.redis, clock, log, secret: SECRET });
  const app = express();
  app.use(requestLog({ log, clock, random: systemRandom }), safeHeaders());
  app.use(ownHost({ hostname: 'hearth', hosts: ['energy.example.org'], clock, addresses: () => ['192.168.1.5'] }));
  const routes: EmoncmsRoute[] = [
    { door: 'emoncms', path: 'user/*', who: 'anyone', refusal: REFUSED, to: emoncmsUser({ users, clock }) },
    { door: 'emoncms', path: 'feed/list', who: 'read', refusal: REFUSED, to: ({ who }) => json([who?.account]) },
  ];
  const metrics = createMetrics({ series: () => HEALTHY, mqttClients: () => 0, storeUp: () => true });
  app.use(
    emoncmsDoor({
      routes,
      own: new Set(),
      log,
      metrics,
      identify: identify({ users, sessions }),
      session: sessionDoor,
    }),
  );
  app.use(express.urlencoded({ extended: false }), whoAsks({ users, sessions }), ownOrigin());
  app.post('/sign-in', async (req, res) => {
    const checked = await users.verify(req.body.username, req.body.password, '127.0.0.1');
    if (checked.ok) await req.signIn(checked.user.id, { remember: req.body.stay === 'yes' });
    res.status(checked.ok ? 200 : 422).json({ ok: checked.ok });
  });
  app.post('/sign-out', async (req, res) => {
    await req.signOut();
    res.json({ ok: true });
  });
  for (const policy of POLICIES) app.all(`/for/${policy}`, guard(policy), (req, res) => void res.json(req.who));
  app.get(
    '/page',
    guardPage('person', () => users.isEmpty()),
    (req, res) => void res.json(req.person),
  );
  app.use(failed(log));
  return { ...people, app, logged };
}

export const POLICIES: readonly Policy[] = ['anyone', 'read', 'write', 'person', 'adult', 'owner'];

function failed(log: pino.Logger): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const known = error instanceof HubError;
    log[known ? 'debug' : 'error']({ err: error, ...aboutRequest(req) }, 'request failed');
    res.status(known ? error.status : 500).json({ code: known ? error.code : 'HUB_BROKEN' });
  };
}

function capture() {
  let text = '';
  const lines = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { log: pino({ level: 'trace' }, lines), logged: () => text };
}

const HEALTHY: SeriesHealth = { degraded: null, damages: [], journalBytes: 0, pendingPoints: 0 };
