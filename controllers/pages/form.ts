import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Notice } from '../../views/page.ts';

/** A line of text as typed, without the blanks around it; '' where it is missing. */
export const line = z.string().trim().max(255).catch('');
/** A password exactly as typed; '' where it is missing. */
export const secret = z.string().max(2000).catch('');
/** A tick box. */
export const tick = z
  .literal('yes')
  .transform(() => true)
  .catch(false);

/** The form's fields as the schema reads them. A schema of `line`, `secret` and `tick` reads anything. */
export function parseForm<T extends z.ZodRawShape>(req: Request, fields: T) {
  return z.object(fields).parse(typeof req.body === 'object' && req.body !== null ? req.body : {});
}

/** Words beside fields, by the field's name. */
export type Errors = Readonly<Record<string, string>>;

/** What a form shows when it comes back: 422, words at its fields, the first of them with the cursor. */
export function refuse(res: Response, errors: Errors) {
  const { t } = res.words();
  res.status(422);
  const notice: Notice = { kind: 'bad', fact: t('form.fix'), step: t('form.fix.step') };
  return { errors, notice, focus: Object.keys(errors)[0] ?? '' };
}

/** What a form shows when it is new. */
export function fresh(focus = ''): { errors: Errors; focus: string; notice: Notice | null } {
  return { errors: {}, focus, notice: null };
}

/** The words for why a name, address or password was not taken, at the field they are about. */
export function refusalAt(res: Response, why: string, passwordField = 'password'): Errors {
  const { t } = res.words();
  const words = t(`people.refusal.${why}`);
  if (why.startsWith('password')) return { [passwordField]: words };
  return why === 'email' ? { email: words } : { username: words };
}

/** After a form: the browser asks for `path` next, and reloading does not send the form again. */
export function seeOther(res: Response, path: string): void {
  res.redirect(303, path);
}

/** The hub's address as the visitor typed it, for links that are passed on. */
export function originOf(req: Request): string {
  return `${req.protocol}://${req.get('host') ?? req.hostname}`;
}
