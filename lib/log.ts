import { type Logger, pino } from 'pino';

export type Log = Logger;
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

const SECRET_FIELDS = [
  'password',
  'old',
  'new',
  'apikey',
  'apikey_read',
  'apikey_write',
  'token',
  'authorization',
  'cookie',
  'secret',
];

/**
 * A JSON logger on stderr (stdout carries the ready line alone). Fields with a secret's name are blotted out at any
 * of the first three levels; URLs go through `withoutSecrets` before they are logged.
 */
export function createLog(level: LogLevel): Log {
  const paths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths, censor: '[secret]' } },
    pino.destination({ dest: 2, sync: false }),
  );
}

/** The same URL with every query value that is or may be a secret blotted out. */
export function withoutSecrets(url: string): string {
  return url.replace(/([?&](?:apikey|password|old|new|token|devicekey|key|p)=)[^&#]*/gi, '$1[secret]');
}
