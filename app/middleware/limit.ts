import type { RequestHandler } from 'express';
import { HubError } from '../../lib/errors.ts';
import { type Attempts, addressKey, type Limit } from '../../models/attempts.ts';

/** Lets so many requests of one address through; the others get HUB_TOO_MANY and a Retry-After. */
export function limit(attempts: Attempts, bound: Limit): RequestHandler {
  return (req, res, next) => {
    attempts.take(bound, addressKey(addressOf(req.socket.remoteAddress))).then((taken) => {
      if (taken.ok) return next();
      res.setHeader('Retry-After', String(Math.max(1, taken.wait)));
      next(new HubError('HUB_TOO_MANY'));
    }, next);
  };
}

/** Requests over a unix socket have no address and count as one. */
function addressOf(remote: string | undefined): string {
  return remote ?? 'local';
}
