import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { HubError } from '../../lib/errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what a page of another site makes a browser send. Requests with an API key pass: a page elsewhere does not know
 * the key, and browsers never add one by themselves.
 */
export function ownOrigin(): RequestHandler {
  return (req, _res, next) => {
    const byKey = req.who != null && req.who.by !== 'session';
    next(byKey || SAFE.has(req.method) || !isForeign(req) ? undefined : new HubError('HUB_CSRF'));
  };
}

/**
 * Whether the browser says that another site's page sent this. Browsers name the origin of every POST, and where they can,
 * how it relates to ours; programs do neither, and carry no one else's cookies.
 */
export function isForeign({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== withoutDefaultPort(origin, host);
}

/** Browsers leave the default port out of an Origin; proxies may put it into the Host. */
function withoutDefaultPort(origin: string, host: string | undefined): string {
  const url = `${new URL(origin).protocol}//${host ?? ''}`;
  return URL.canParse(url) ? new URL(url).host : '';
}

/** Whether a browser asks for this as a page of its own: a link, a bookmark, the address bar. */
export function isNavigation({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return (headers.accept ?? '').includes('text/html');
}
