import type { NextFunction, Request, Response } from 'express';
import { HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import type { UserModel } from '../../models/user.ts';

export interface ProblemDeps {
  readonly users: Pick<UserModel, 'isEmpty'>;
  readonly log: Log;
  /** What the log may hold of a request: secrets stand in links. */
  readonly about: (req: Request) => object;
}

/** What a page says when it cannot be what it should: nothing here, not yours, not now. */
export function problemPages({ users, log, about }: ProblemDeps) {
  return {
    notFound(_req: Request, res: Response) {
      problem(res, 404);
    },

    /** Express's last handler for pages. Whoever is not signed in is asked to, and comes back to where they were. */
    failed(error: unknown, req: Request, res: Response, next: NextFunction) {
      if (res.headersSent) return next(error);
      const status = statusOf(error);
      if (status >= 500) log.error({ err: error, ...about(req) }, 'a page failed');
      if (isForeign(error)) return show(res, 403, res.words().t('problem.csrf'), res.words().t('problem.csrf.step'));
      if (status !== 401) return problem(res, status);
      if (users.isEmpty()) return res.redirect(303, '/set-up');
      if (req.method !== 'GET') return problem(res, 401);
      res.redirect(303, req.originalUrl === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(req.originalUrl)}`);
    },
  };
}

/** The page for a status: what is the matter, what to do, and a way on. */
export function problem(res: Response, status: number) {
  const { t, has } = res.words();
  const known = has(`problem.${status}`) ? status : status < 500 ? 400 : 500;
  show(res, status, t(`problem.${known}`), t(`problem.${known}.step`));
}

/** The page for an invitation or reset link that works no more. */
export function expired(res: Response) {
  const { t } = res.words();
  show(res, 410, t('problem.expired'), t('problem.expired.step'));
}

function show(res: Response, status: number, fact: string, step: string): void {
  const { t } = res.words();
  const way = status === 401 ? { href: '/sign-in', words: t('signin.do') } : { href: '/', words: t('problem.home') };
  res.status(status).page('problem', { title: fact, fact, step, way });
}

function isForeign(error: unknown): boolean {
  return error instanceof HubError && error.code === 'HUB_CSRF';
}

/** Also of errors that Express's own parsers throw, which carry a `status`. */
function statusOf(error: unknown): number {
  if (error instanceof HubError) return error.status;
  const { status } = (error ?? {}) as { status?: unknown };
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
