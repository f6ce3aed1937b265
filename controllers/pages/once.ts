import type { Request } from 'express';

/** A secret that the next page shows, once. Kept in the session, so that reloading does not make another. */
export interface Once {
  readonly kind: 'invitation' | 'reset' | 'login';
  readonly name: string;
  readonly link: string;
}

declare module 'express-session' {
  interface SessionData {
    once: Once;
  }
}

export function keepOnce(req: Request, once: Once): void {
  req.session.once = once;
}

/** The secret left for this page, which then is gone. */
export function takeOnce(req: Request, kind: Once['kind']): Once | null {
  const { once } = req.session;
  if (once?.kind !== kind) return null;
  delete req.session.once;
  return once;
}
