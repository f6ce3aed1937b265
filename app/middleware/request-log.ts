import type { Request, RequestHandler } from 'express';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Random } from '../../lib/random.ts';

export interface RequestLogDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
}

declare global {
  namespace Express {
    interface Request {
      /** Names the request in the log and in the answer's `X-Request-Id`. */
      id?: string;
    }
  }
}

/** One line at debug for each request, and an id that ties it to what else is logged about it. */
export function requestLog({ log, clock, random }: RequestLogDeps): RequestHandler {
  return (req, res, next) => {
    const id = random.hex(6);
    req.id = id;
    res.setHeader('X-Request-Id', id);
    if (!log.isLevelEnabled('debug')) return next();
    const start = clock.monotonic();
    const url = loggableUrl(req.originalUrl);
    res.once('close', () => {
      const ms = Math.round((clock.monotonic() - start) * 10) / 10;
      log.debug({ id, method: req.method, url, status: res.statusCode, ms, account: req.who?.account }, 'request');
    });
    next();
  };
}

/** What the log may hold about a request that failed. */
export function aboutRequest(req: Request): { id: string | undefined; method: string; url: string } {
  return { id: req.id, method: req.method, url: loggableUrl(req.originalUrl) };
}

/**
 * The path and the names of the query's fields. Values never reach the log, nor does anything that is as long as a key
 * where it may stand: links that sign in or invite carry their secret in the path.
 */
export function loggableUrl(url: string): string {
  const cut = url.indexOf('?');
  const path = cut < 0 ? url : url.slice(0, cut);
  const names = cut < 0 ? [] : [...new Set(new URLSearchParams(url.slice(cut + 1)).keys())];
  const shown = path.replace(/[^/]{24,}/g, '[secret]').slice(0, 200);
  if (names.length === 0) return shown;
  return `${shown}?${names.map((name) => (/^[\w[\]-]{1,20}$/.test(name) ? name : '[…]')).join('&')}`;
}
