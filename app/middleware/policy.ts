import type { RequestHandler } from 'express';
import { HubError } from '../../lib/errors.ts';
import { mayWrite, type Who } from '../../models/who.ts';

/**
 * Who may use a route. `anyone`: no questions. `read`: whoever is signed in, and either key. `write`: owners and adults
 * signed in, and the write key. `person`: whoever is signed in, no key. `adult`, `owner`: signed in with at least that role.
 */
export type Policy = (typeof POLICIES)[number];

/** Every policy there is. */
export const POLICIES = ['anyone', 'read', 'write', 'person', 'adult', 'owner'] as const;

/** Whether a route with this policy is open to them. */
export function allows(policy: Policy, who: Who | null): boolean {
  if (policy === 'anyone') return true;
  if (who === null) return false;
  return RULES[policy](who);
}

/** Passes those a policy allows; the others get HUB_SIGN_IN or, where signing in would not help, HUB_FORBIDDEN. */
export function guard(policy: Policy): RequestHandler {
  return (req, _res, next) => {
    if (allows(policy, req.who)) return next();
    next(new HubError(req.who === null ? 'HUB_SIGN_IN' : 'HUB_FORBIDDEN'));
  };
}

/**
 * As `guard`, for pages: a visitor who is not signed in is taken to the sign-in page and back afterwards, and on a hub
 * without people to the set-up page.
 */
export function guardPage(policy: Policy, isEmpty: () => boolean): RequestHandler {
  const plain = guard(policy);
  return (req, res, next) => {
    if (req.who !== null || allows(policy, null)) return plain(req, res, next);
    if (isEmpty()) return res.redirect(303, '/set-up');
    const back = req.method === 'GET' && req.originalUrl !== '/' ? `?to=${encodeURIComponent(req.originalUrl)}` : '';
    res.redirect(303, `/sign-in${back}`);
  };
}

const RULES: Record<Exclude<Policy, 'anyone'>, (who: Who) => boolean> = {
  read: () => true,
  write: mayWrite,
  person: (who) => who.by === 'session',
  adult: (who) => who.by === 'session' && who.role !== 'guest',
  owner: (who) => who.by === 'session' && who.role === 'owner',
};
