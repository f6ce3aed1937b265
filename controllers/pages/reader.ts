import type { Request } from 'express';
import { HubError } from '../../lib/errors.ts';
import { mayWrite, type Who } from '../../models/who.ts';

/** Who looks at the page. Throws HUB_SIGN_IN when nobody is signed in. */
export function readerOf(req: Request): Who {
  const { who } = req as { who?: Who | null };
  if (!who) throw new HubError('HUB_SIGN_IN');
  return who;
}

/** Who changes something. Throws HUB_FORBIDDEN for those who may only look. */
export function writerOf(req: Request): Who {
  const who = readerOf(req);
  if (!mayWrite(who)) throw new HubError('HUB_FORBIDDEN');
  return who;
}

/** The number a path's `:id` names, or NaN. */
export function idOf(req: Request): number {
  const { id } = req.params;
  return typeof id === 'string' && /^[1-9]\d{0,9}$/.test(id) ? Number(id) : Number.NaN;
}

/** The text fields of a form, trimmed; of a field that came several times the last. */
export function formOf(req: Request): Record<string, string> {
  return textsOf(req.body);
}

/** The query's text fields, as `formOf`. */
export function queryOf(req: Request): Record<string, string> {
  return textsOf(req.query);
}

function textsOf(fields: unknown): Record<string, string> {
  const texts: Record<string, string> = {};
  if (typeof fields !== 'object' || fields === null) return texts;
  for (const [name, value] of Object.entries(fields)) {
    const last: unknown = Array.isArray(value) ? value[value.length - 1] : value;
    if (typeof last === 'string') texts[name] = last.trim();
  }
  return texts;
}
