import compression from 'compression';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { problemPages } from '../controllers/pages/problem.ts';
import type { Clock } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Random } from '../lib/random.ts';
import type { PairingModel } from '../models/pairing/pairing.ts';
import type { UserModel } from '../models/user.ts';
import { assets } from '../views/assets.ts';
import { installPages } from '../views/page.ts';
import type { Config } from './config.ts';
import { type EmoncmsRoute, emoncmsDoor } from './emoncms-door.ts';
import type { HttpRoute } from './http-route.ts';
import type { Metrics } from './metrics.ts';
import { ownOrigin } from './middleware/csrf.ts';
import { safeHeaders } from './middleware/headers.ts';
import { ownHost } from './middleware/host.ts';
import { guard, guardPage } from './middleware/policy.ts';
import { aboutRequest, requestLog } from './middleware/request-log.ts';
import type { Sessions } from './middleware/session.ts';
import { identify, sessionDoor, whoAsks } from './middleware/who.ts';
import type { Route } from './routes.ts';

export interface HttpDeps {
  readonly config: Pick<Config, 'hostname' | 'hosts' | 'timezone'>;
  /** The name the hub took where its own was taken. */
  readonly alias?: () => string | null;
  readonly root: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly users: UserModel;
  readonly pairing: Pick<PairingModel, 'state'>;
  readonly sessions: Sessions;
  readonly routes: readonly Route[];
}

/** The HTTP door. Every request passes these steps in this order. */
export function createHttp(deps: HttpDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');

  // Express's own last resort prints stacks unless told that nobody develops here.
  app.set('env', 'production');

  app.use(requestLog(deps));
  app.use(ownHost({ ...deps.config, clock: deps.clock, ...(deps.alias ? { alias: deps.alias } : {}) }));
  app.use(emoncms(deps));
  app.use(safeHeaders());
  app.use(compression({ filter: (req, res) => !isStream(res) && compression.filter(req, res) }));
  installPages(app, {
    root: deps.root,
    clock: deps.clock,
    timezone: deps.config.timezone,
    asking: (account) => waitingOf(deps.pairing.state(account)),
  });
  app.use(assets(deps.root));
  app.use(whoAsks(deps));
  app.use(ownOrigin());
  app.use('/api/v1', express.json({ limit: '256kb' }));
  app.use('/api/v1/forecasts', express.text({ limit: '256kb', type: 'text/csv' }));
  app.use('/api/in', express.json({ limit: '256kb', type: () => true }));
  app.use('/forecast/sources', express.raw({ limit: '256kb', type: 'multipart/form-data' }));
  app.use(express.urlencoded({ extended: false, limit: '256kb' }));
  for (const route of own(deps)) install(app, route, deps);

  const problems = problemPages({ ...deps, about: aboutRequest });
  app.use('/api/v1', (_req, _res, next) => next(new HubError('HUB_NOT_FOUND')));
  app.use('/api', apiProblem(deps.log));
  app.use(problems.notFound);
  app.use(problems.failed as ErrorRequestHandler);
  return app;
}

function waitingOf({ requests }: ReturnType<PairingModel['state']>): string[] {
  return requests.filter(({ state }) => state === 'waiting').map(({ request }) => request);
}

/** A stream's events leave one by one; a compressor would hold them back. */
function isStream(res: Response): boolean {
  return String(res.getHeader('Content-Type')).startsWith('text/event-stream');
}

function emoncms(deps: HttpDeps): RequestHandler {
  const rows = deps.routes.filter((route): route is EmoncmsRoute => route.door === 'emoncms');
  const words = new Set(own(deps).map(({ path }) => path.split('/')[1] ?? ''));
  return emoncmsDoor({ ...deps, routes: rows, own: words, identify: identify(deps), session: sessionDoor });
}

/** The rows that are Express's. */
function own({ routes }: HttpDeps): HttpRoute[] {
  return routes.filter((route): route is HttpRoute => route.door !== 'emoncms' && route.door !== 'mqtt');
}

/** Programs are told what is the matter in their way, people on a page. */
function install(app: Express, { door, method, path, who, to }: HttpRoute, { users, log }: HttpDeps): void {
  if (door === 'page')
    app[method](
      path,
      guardPage(who, () => users.isEmpty()),
      to,
    );
  else app[method](path, guard(who), to, apiProblem(log));
}

/** RFC 9457: the code in `type`, the sentence in `detail`. */
function apiProblem(log: Log): ErrorRequestHandler {
  return (error: unknown, req: Request, res, next) => {
    if (res.headersSent) return next(error);
    const known = knownError(error);
    const status = known?.status ?? 500;
    if (status >= 500) log.error({ err: error, ...aboutRequest(req) }, 'a request failed');
    if (known?.code === 'HUB_INVALID_KEY' || known?.code === 'HUB_SIGN_IN') res.set('WWW-Authenticate', 'Bearer');
    const detail = known?.sentence ?? 'Nothing was changed.';
    res.status(status).type('application/problem+json');
    res.send(JSON.stringify({ type: known?.code ?? 'about:blank', title: title(status), status, detail }));
  };
}

/** What Express's own parsers throw carries a `status`; it is told by the hub's codes. */
function knownError(error: unknown): HubError | null {
  if (error instanceof HubError) return error;
  const { status } = (error ?? {}) as { status?: unknown };
  if (typeof status !== 'number' || status < 400 || status >= 500) return null;
  return new HubError(status === 413 ? 'HUB_TOO_LARGE' : 'HUB_BAD_REQUEST');
}

function title(status: number): string {
  return status < 500 ? 'The request was refused' : 'Something went wrong inside Hearth';
}
