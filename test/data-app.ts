import express, { type ErrorRequestHandler, type Express } from 'express';
import { feedPages } from '../controllers/pages/feeds.ts';
import { graphPages } from '../controllers/pages/graph.ts';
import { inputPages } from '../controllers/pages/inputs.ts';
import { HubError } from '../lib/errors.ts';
import type { ManualClock } from '../lib/manual-clock.ts';
import { projectRoot } from '../lib/project-root.ts';
import type { Role, Who } from '../models/who.ts';
import { installPages } from '../views/page.ts';
import { addHousehold, openModels, type TestModels } from './household.ts';
import { type TestStores, testFolder } from './stores.ts';

export interface DataApp extends TestModels {
  readonly app: Express;
  /** Two households that know nothing of each other. */
  readonly account: number;
  readonly stranger: number;
}

export type Visitor = 'nobody' | 'stranger' | Role;

/** The pages of inputs, feeds and graph on real models. The header `visitor` says who looks. */
export async function dataApp(stores: TestStores, clock: ManualClock): Promise<DataApp> {
  const models = await openModels({ stores, folder: testFolder('data'), clock });
  const account = await addHousehold(stores.db);
  const stranger = await addHousehold(stores.db);
  await models.users.load();
  const app = express();
  app.use(express.urlencoded({ extended: false }), (req, _res, next) => {
    const { visitor = 'owner', language = 'en' } = req.headers as { visitor?: Visitor; language?: string };
    req.who = visitor === 'nobody' ? null : whoIs(visitor, account, stranger);
    req.headers['accept-language'] = language;
    next();
  });
  installPages(app, { root: projectRoot, clock, timezone: 'Europe/Paris' });
  const deps = { ...models, clock };
  const [feeds, graph, inputs] = [feedPages(deps), graphPages(deps), inputPages(deps)];
  app.get('/graph', graph.show);
  app.get('/feeds', feeds.list);
  app.get('/feeds/new', feeds.fresh);
  app.post('/feeds', feeds.make);
  app.get('/feeds/:id', feeds.show);
  app.post('/feeds/:id', feeds.change);
  app.post('/feeds/:id/clear', feeds.clear);
  app.post('/feeds/:id/delete', feeds.remove);
  app.get('/feeds/:id/csv', feeds.csv);
  app.get('/inputs', inputs.list);
  app.post('/inputs/clean', inputs.clean);
  app.get('/inputs/:id', inputs.show);
  app.post('/inputs/:id', inputs.change);
  app.post('/inputs/:id/steps', inputs.add);
  app.post('/inputs/:id/steps/edit', inputs.edit);
  app.post('/inputs/:id/delete', inputs.remove);
  app.use(failed);
  return { ...models, app, account, stranger };
}

function whoIs(visitor: Role | 'stranger', account: number, stranger: number): Who {
  const role = visitor === 'stranger' ? 'owner' : visitor;
  return {
    account: visitor === 'stranger' ? stranger : account,
    user: account,
    role,
    by: 'session',
    timezone: 'Europe/Paris',
  };
}

const failed: ErrorRequestHandler = (error, _req, res, _next) => {
  if (!(error instanceof HubError)) process.stderr.write(`${(error as Error).stack}\n`);
  res.status(error instanceof HubError ? error.status : 500).send(error instanceof HubError ? error.code : 'broken');
};
