import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type NextFunction, type Request, type RequestHandler, type Response, raw } from 'express';
import { readQuery } from '../controllers/emoncms/arguments.ts';
import {
  type Action,
  type Call,
  empty,
  failure,
  html,
  notAcceptable,
  type Reply,
} from '../controllers/emoncms/call.ts';
import { HubError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Who } from '../models/who.ts';
import { type EmoncmsPath, emoncmsPath } from './emoncms-path.ts';
import type { Metrics } from './metrics.ts';
import { allows, type Policy } from './middleware/policy.ts';
import { aboutRequest } from './middleware/request-log.ts';

export interface EmoncmsRoute {
  readonly door: 'emoncms';
  /** `feed/list`; `input/post/*` also takes further path words; `user/*` is what its module answers to the rest. */
  readonly path: string;
  readonly who: Policy;
  /** What a caller without the right gets; EmonCMS's plain `false` by default. */
  readonly refusal: Reply;
  readonly to: Action;
}

export interface EmoncmsDoorDeps {
  routes: readonly EmoncmsRoute[];
  /** First path words of the hub's own routes: EmonCMS has no say there. */
  own: ReadonlySet<string>;
  log: Log;
  metrics: Metrics;
  /** Reads key or cookie, see app/middleware/who.ts. Throws HUB_INVALID_KEY. */
  identify(req: Request, res: Response, fields: { query: Fields; form: Fields }): Promise<Who | null>;
  session(req: Request): Call['session'];
}

type Fields = Readonly<Record<string, string>>;

/** Largest body taken: a bulk post or an uploaded feed segment. */
const BODY_LIMIT = 32 * 1024 * 1024;

/**
 * Every EmonCMS address, under `/` and under `/emoncms/`, whatever the HTTP method. Addresses of no EmonCMS module pass on
 * to the pages, unless an EmonCMS client asks: those get its 406.
 */
export function emoncmsDoor(deps: EmoncmsDoorDeps): RequestHandler {
  const find = finder(deps.routes);
  const modules = new Set(deps.routes.map((route) => route.path.split('/')[0]));
  const body = raw({ type: () => true, limit: BODY_LIMIT });

  return (req, res, next) => {
    const path = emoncmsPath(req.path);
    if (!modules.has(path.words[0] ?? '') && !isClient(deps.own, req, path)) return next();
    if (req.method === 'OPTIONS') return preflight(res);
    const match = find(path);
    if (!match) return void send(req, res, notAcceptable(path.format)).catch(next);
    if (!hasBody(req)) return void answer(deps, match, path, req, res).catch(next);
    body(req, res, (error?: unknown) => {
      if (error) return refuseBody(error, req, res, next);
      void answer(deps, match, path, req, res).catch(next);
    });
  };
}

/** Whether a request to no known module comes from an EmonCMS client all the same: with a key, or for JSON. */
function isClient(own: ReadonlySet<string>, req: Request, { words, format }: EmoncmsPath): boolean {
  if (own.has(words[0] ?? '')) return false;
  return format === 'json' || /[?&]apikey=/.test(req.url);
}

interface Match {
  readonly route: EmoncmsRoute;
  readonly tail: readonly string[];
}

function finder(routes: readonly EmoncmsRoute[]): (path: EmoncmsPath) => Match | undefined {
  const exact = new Map(routes.filter((route) => !route.path.endsWith('/*')).map((route) => [route.path, route]));
  const open = new Map(
    routes.filter((route) => route.path.endsWith('/*')).map((route) => [route.path.slice(0, -2), route]),
  );
  return ({ words }) => {
    const whole = exact.get(words.join('/'));
    if (whole) return { route: whole, tail: [] };
    for (let length = words.length; length > 0; length--) {
      const route = open.get(words.slice(0, length).join('/'));
      if (route) return { route, tail: words.slice(length) };
    }
    return undefined;
  };
}

async function answer(deps: EmoncmsDoorDeps, match: Match, path: EmoncmsPath, req: Request, res: Response) {
  const timer = deps.metrics.requests.startTimer({ door: 'emoncms' });
  const reply = await replyTo(deps, match, path, req, res);
  timer({ status: String(reply.status) });
  await send(req, res, reply);
}

async function replyTo(deps: EmoncmsDoorDeps, { route, tail }: Match, path: EmoncmsPath, req: Request, res: Response) {
  try {
    const cut = req.url.indexOf('?');
    const query = cut < 0 ? NO_FIELDS : readQuery(req.url.slice(cut + 1));
    const body = Buffer.isBuffer(req.body) ? req.body : NO_BODY;
    const contentType = req.headers['content-type'] ?? '';
    const form = contentType.startsWith('application/x-www-form-urlencoded') ? readForm(body) : NO_FIELDS;
    const who = await deps.identify(req, res, { query, form });
    if (!allows(route.who, who)) return route.refusal;
    return await route.to({
      who,
      query,
      form,
      body,
      contentType,
      format: path.format,
      path: path.words.join('/'),
      tail,
      ip: req.socket.remoteAddress ?? '',
      headers: req.headers,
      session: deps.session(req),
      onGone: (listener) => void res.once('close', listener),
    });
  } catch (error) {
    return failed(error, req, deps.log);
  }
}

function failed(error: unknown, req: Request, log: Log): Reply {
  if (error instanceof HubError) {
    if (error.code === 'HUB_INVALID_KEY') return INVALID_KEY;
    if (error.status >= 500) log.warn({ err: error, ...aboutRequest(req) }, 'request not served');
    return { ...failure(error.sentence), status: error.code === 'HUB_TOO_MANY' ? 200 : error.status };
  }
  log.error({ err: error, ...aboutRequest(req) }, 'request failed');
  return { ...failure('Something went wrong inside Hearth. Nothing was changed.'), status: 500 };
}

async function send(req: Request, res: Response, reply: Reply): Promise<void> {
  res.statusCode = reply.status;
  res.setHeader('Content-Type', reply.type);
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
  if (typeof reply.body === 'string' || Buffer.isBuffer(reply.body)) {
    res.end(reply.body);
    return;
  }
  if (req.method === 'HEAD') return void res.end();
  // A reader that hangs up in the middle of an export is no failure of ours.
  await pipeline(Readable.from(reply.body), res).catch(() => res.destroy());
}

/** What browsers ask before a page elsewhere may read with an API key. */
function preflight(res: Response): void {
  res.setHeader('Access-Control-Allow-Origin', '*');
  res.setHeader('Access-Control-Allow-Headers', 'Authorization');
  res.setHeader('Access-Control-Allow-Methods', 'GET');
  res.end();
}

function refuseBody(error: unknown, req: Request, res: Response, next: NextFunction): void {
  const tooLarge = (error as { status?: number }).status === 413;
  const { status, sentence } = new HubError(tooLarge ? 'HUB_TOO_LARGE' : 'HUB_BAD_REQUEST');
  send(req, res, { ...failure(sentence), status }).catch(next);
}

function hasBody(req: Request): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
}

function readForm(body: Buffer): Fields {
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}

const NO_FIELDS: Fields = Object.freeze({});
const NO_BODY = Buffer.alloc(0);
const INVALID_KEY: Reply = {
  ...html('Invalid API key', 401),
  headers: {
    'WWW-Authenticate': 'Bearer realm="API KEY", error="invalid_apikey", error_description="Invalid API key"',
  },
};
/** EmonCMS's "no" to callers without the right. */
export const REFUSED: Reply = { ...empty(), type: 'application/json', body: 'false' };
