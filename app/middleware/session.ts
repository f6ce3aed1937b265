import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CookieOptions, Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import type { Redis } from 'ioredis';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import type { User, UserModel } from '../../models/user.ts';
import type { Who } from '../../models/who.ts';
import { SessionStore } from './session-store.ts';

declare global {
  namespace Express {
    interface Request {
      /** Who stands behind the request, or null. */
      who: Who | null;
      /** The person signed in by cookie, or null. */
      person: User | null;
      /** Signs in under a new session id. Without `remember` what the session had stays. HUB_STORE_AWAY while Redis is away. */
      signIn(userId: number, options?: { remember?: boolean }): Promise<void>;
      /** Signs this browser out. HUB_STORE_AWAY while that cannot be made sure. */
      signOut(): Promise<void>;
    }
  }
}

declare module 'express-session' {
  interface SessionData {
    user: number;
    /** Good while the person's number is the same: see UserModel.sessionEpoch. */
    epoch: number;
    remember: boolean;
    /** Day the cookie was last sent. */
    day: number;
  }
}

export interface SessionDeps {
  readonly users: UserModel;
  readonly redis: Redis;
  readonly clock: Clock;
  readonly log: Log;
  /** From models/session-secret.ts. */
  readonly secret: string;
}

const SESSION_COOKIE = 'EMONCMS_SESSID';
/** Comes along only when the request starts on a page of ours; says nothing by itself. */
const SITE_COOKIE = 'HEARTH_SITE';
const REMEMBER_MS = 90 * 86_400_000;
const DAY_MS = 86_400_000;

export interface Sessions {
  /** Fills in `req.who`, `req.person`, `req.signIn` and `req.signOut`, unless that was done or a key was read already. */
  readonly middleware: RequestHandler;
  /** The same as a promise, for doors that look for a key first and ask Redis only when there is none. */
  load(req: Request, res: Response): Promise<void>;
  /** Whether the request, if it carries a session, certainly started on one of our own pages. */
  isSameSite(req: Request): boolean;
}

/** Sessions by cookie, kept in Redis. Visitors who never signed in leave nothing there. */
export function createSessions(deps: SessionDeps): Sessions {
  const store = new SessionStore(deps);
  const read = session({
    name: SESSION_COOKIE,
    secret: deps.secret,
    store,
    resave: false,
    saveUninitialized: false,
    // Lax, so that a link in a message opens a page signed in; what changes something is guarded in csrf.ts and who.ts.
    cookie: { httpOnly: true, sameSite: 'lax', path: '/', secure: 'auto' },
  });
  const middleware: RequestHandler = (req, res, next) => {
    if (req.who !== undefined) return next();
    const atLast = beforeHeaders(res);
    read(req, res, (error?: unknown) => {
      if (error) return next(error);
      open({ ...deps, store, atLast }, req, res);
      next();
    });
  };
  return {
    middleware,
    load: (req, res) =>
      new Promise((resolve, reject) => {
        void middleware(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
      }),
    isSameSite: (req) => hasSiteCookie(deps.secret, req),
  };
}

interface Opened extends SessionDeps {
  readonly store: SessionStore;
  readonly atLast: AtLast;
}

/** Runs work when the headers are about to go out, after express-session has set its cookie. */
type AtLast = (work: () => void) => void;

function open(deps: Opened, req: Request, res: Response): void {
  const { user, epoch } = req.session;
  const good = user !== undefined && deps.users.sessionEpoch(user) === epoch;
  req.who = good ? (deps.users.who(user) ?? null) : null;
  req.person = good ? (deps.users.find(user) ?? null) : null;
  req.signIn = (userId, options) => signIn(deps, req, res, userId, options?.remember);
  req.signOut = () => signOut(deps, req, res);
  if (req.person) refresh(deps, req, res, req.person);
}

/** The session gets a new id, so that one planted before is worth nothing. */
async function signIn(
  { users, clock, secret, store, atLast }: Opened,
  req: Request,
  res: Response,
  userId: number,
  remember = req.session?.remember ?? false,
): Promise<void> {
  const epoch = users.sessionEpoch(userId);
  if (epoch === undefined) throw new HubError('HUB_SIGN_IN');
  if (store.away) throw new HubError('HUB_STORE_AWAY');
  await new Promise<void>((resolve, reject) => {
    req.session.regenerate((error?: unknown) => (error ? reject(error) : resolve()));
  });
  Object.assign(req.session, { user: userId, epoch, remember, day: Math.floor(clock.now() / DAY_MS) });
  if (remember) req.session.cookie.maxAge = REMEMBER_MS;
  try {
    await store.keep(req.sessionID, req.session as session.SessionData);
  } catch (error) {
    forget(req);
    throw error;
  }
  atLast(() => sendSiteCookie(secret, req, res));
  req.who = users.who(userId) ?? null;
  req.person = users.find(userId) ?? null;
  // Nice to know, and not worth failing a sign-in while MySQL is away.
  users.seen(userId).catch(() => undefined);
}

async function signOut({ log, store }: Opened, req: Request, res: Response): Promise<void> {
  const id = req.sessionID;
  const had = req.who !== null;
  forget(req);
  res.clearCookie(SESSION_COOKIE, { httpOnly: true, sameSite: 'lax', path: '/' });
  res.clearCookie(SITE_COOKIE, { httpOnly: true, sameSite: 'strict', path: '/' });
  try {
    await store.end(id);
  } catch (error) {
    log.warn({ err: error }, 'a session could not be ended');
    if (had) throw error;
  }
}

/** From here on the request is one of nobody, and express-session writes nothing for it. */
function forget(req: Request): void {
  Object.assign(req, { session: undefined, who: null, person: null });
}

/** Once a day: notes who was here, and gives "stay signed in" another 90 days. */
function refresh({ users, clock, secret, atLast }: Opened, req: Request, res: Response, person: User): void {
  const today = Math.floor(clock.now() / DAY_MS);
  if (req.session.day === today) return;
  req.session.day = today;
  if (req.session.remember) atLast(() => sendSiteCookie(secret, req, res));
  users.seen(person.id).catch(() => undefined);
}

/** Simple clients take the first cookie they are sent, so the session's own goes first: express-session sets it late. */
function beforeHeaders(res: Response): AtLast {
  const writeHead = res.writeHead;
  const works: (() => void)[] = [];
  res.writeHead = (...args: unknown[]) => {
    for (const work of works.splice(0)) work();
    return Reflect.apply(writeHead, res, args) as Response;
  };
  return (work) => works.push(work);
}

function sendSiteCookie(secret: string, req: Request, res: Response): void {
  if (!req.session) return;
  const life = req.session.remember ? { maxAge: REMEMBER_MS } : {};
  const options: CookieOptions = { httpOnly: true, sameSite: 'strict', path: '/', secure: req.secure, ...life };
  res.cookie(SITE_COOKIE, siteProof(secret, req.sessionID), options);
}

function siteProof(secret: string, sessionId: string): string {
  return createHmac('sha256', secret).update(`site ${sessionId}`).digest('base64url').slice(0, 22);
}

function hasSiteCookie(secret: string, req: Request): boolean {
  const sent = new RegExp(`(?:^|; ?)${SITE_COOKIE}=([\\w-]{22})(?:;|$)`).exec(req.headers.cookie ?? '')?.[1];
  if (sent === undefined || !req.sessionID) return false;
  return timingSafeEqual(Buffer.from(sent), Buffer.from(siteProof(secret, req.sessionID)));
}
