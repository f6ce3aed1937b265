import type { z } from 'zod';
import { HubError } from '../../lib/errors.ts';

/** What the schema makes of the value; HUB_BAD_REQUEST naming the first field that does not fit. */
export function parsed<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') || 'request';
  throw new HubError('HUB_BAD_REQUEST', { sentence: `${field}: ${issue?.message ?? 'not valid'}.` });
}
