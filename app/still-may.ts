import type { Request } from 'express';
import type { UserModel } from '../models/user.ts';
import type { RedisConnection } from './connections/redis.ts';
import { keyOf } from './middleware/who.ts';

export interface StillMayDeps {
  readonly users: UserModel;
  readonly redis: Pick<RedisConnection, 'healthy'>;
}

/**
 * Whether a visitor who has been looking for a while may still: the key is still one, the session is still there and its
 * person has not signed out everywhere. While Redis is away nobody is sent off for it.
 */
export function stillMay({ users, redis }: StillMayDeps) {
  return async (req: Request): Promise<boolean> => {
    if (!req.person) {
      const query = typeof req.query.apikey === 'string' ? { apikey: req.query.apikey } : {};
      return users.byKey(keyOf(query, {}, req.headers) ?? '') !== undefined;
    }
    if (users.sessionEpoch(req.person.id) !== req.session.epoch) return false;
    return !redis.healthy() || (await isKept(req));
  };
}

function isKept(req: Request): Promise<boolean> {
  return new Promise((resolve) => {
    req.sessionStore.get(req.sessionID, (error, session) => resolve(error !== null || session != null));
  });
}
