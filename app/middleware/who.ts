import type { IncomingHttpHeaders } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { SessionDoor } from '../../controllers/emoncms/call.ts';
import { HubError } from '../../lib/errors.ts';
import type { UserModel } from '../../models/user.ts';
import type { Who } from '../../models/who.ts';
import { isForeign, isNavigation } from './csrf.ts';
import type { Sessions } from './session.ts';

export interface WhoDeps {
  readonly users: UserModel;
  readonly sessions: Sessions;
}

type Fields = Readonly<Record<string, string>>;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Reads who calls an EmonCMS address: by key, else by session. A request with a key never touches the session store.
 * Throws HUB_INVALID_KEY for a key that is none, and HUB_CSRF for what another site's page made a browser post.
 */
export function identify({ users, sessions }: WhoDeps) {
  return async (req: Request, res: Response, fields: { query: Fields; form: Fields }): Promise<Who | null> => {
    const key = keyOf(fields.query, fields.form, req.headers);
    if (key !== null) return byKey(users, req, key);
    if (!SAFE.has(req.method) && isForeign(req)) throw new HubError('HUB_CSRF');
    await sessions.load(req, res);
    // EmonCMS changes things on GET as well: a link on another site must not do that with the reader's session.
    const fromElsewhere = isForeign(req) || (isNavigation(req) && !sessions.isSameSite(req));
    if (fromElsewhere) Object.assign(req, { who: null, person: null });
    return req.who;
  };
}

/** For our own routes: a key in the query or the Authorization header, else the session. */
export function whoAsks({ users, sessions }: WhoDeps): RequestHandler {
  return (req, res, next) => {
    const query = typeof req.query.apikey === 'string' ? { apikey: req.query.apikey } : {};
    const key = keyOf(query, {}, req.headers);
    if (key === null) return sessions.middleware(req, res, next);
    try {
      byKey(users, req, key);
      next();
    } catch (error) {
      next(error);
    }
  };
}

/** What an EmonCMS controller may do to the session. With a key there is none, and it stays that way. */
export function sessionDoor(req: Request): SessionDoor {
  return {
    get userId() {
      return req.person?.id ?? null;
    },
    login: (userId, remember = false) => req.signIn(userId, { remember }),
    logout: () => (req.signOut ? req.signOut() : Promise.resolve()),
  };
}

/** EmonCMS's order: query, form, Authorization with or without "Bearer " or InfluxDB's "Token ". An empty one is none. */
export function keyOf(query: Fields, form: Fields, headers: IncomingHttpHeaders): string | null {
  if (query.apikey) return query.apikey;
  if (form.apikey) return form.apikey;
  // Encrypted posts carry a signature there; their controller checks it.
  if (headers['content-type']?.startsWith('aes128cbc')) return null;
  const { authorization = '' } = headers;
  // Names and passwords are for the doors that ask for them, and for a proxy in front of the hub.
  if (authorization.startsWith('Basic ')) return null;
  return authorization.replace(/^Bearer |^Token /, '') || null;
}

function byKey(users: UserModel, req: Request, key: string): Who {
  const who = /^[0-9a-f]{32}$/i.test(key) ? users.byKey(key) : undefined;
  if (!who) throw new HubError('HUB_INVALID_KEY');
  req.who = who;
  req.person = null;
  return who;
}
