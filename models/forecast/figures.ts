import { z } from 'zod';
import { ForecastError } from './forecast-error.ts';
import type { Span } from './span.ts';

/** Unix seconds of an ISO time that says its zone; 2020-05-24T20:30Z and 7 digits after the seconds are fine. */
export const isoTime = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/, 'an ISO time with its zone')
  .transform((text, context) => {
    const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
    if (!Number.isNaN(ms)) return Math.floor(ms / 1000);
    context.addIssue({ code: 'custom', message: 'no time' });
    return z.NEVER;
  });

/** A figure as servers write it: a number, or one in quotes; null: not known. */
export const figure = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+(\.\d+)?$/)
      .transform(Number),
    z.null(),
  ])
  .pipe(z.number().min(-1e9).max(1e9).nullable());

/** Equal intervals from `start` on. Unknown figures are left out. */
export function evenSpans(values: readonly (number | null)[], start: number, interval: number): Span[] {
  return values.flatMap((value, at) =>
    value === null ? [] : [{ start: start + at * interval, end: start + (at + 1) * interval, value }],
  );
}

/** A server that answers without a single figure has none, which is a failure. */
export function someOf<T>(list: readonly T[], what: string): readonly T[] {
  if (list.length === 0) throw new ForecastError(`${what} answered without a figure.`);
  return list;
}

/** A base address as a person sets it: no user, no query. */
export const baseUrl = (usual: string) =>
  z
    .url({ protocol: /^https?$/, error: 'an address that begins with https:// or http://' })
    .max(500)
    .refine((text) => {
      const { username, password, search, hash } = new URL(text);
      return !username && !password && !search && !hash;
    }, 'no user, question mark or # in it')
    .default(usual)
    .describe('Where the server is');

/** The base with a path behind it. */
export function under(base: string, path: string): URL {
  return new URL(path.replace(/^\//, ''), base.endsWith('/') ? base : `${base}/`);
}
