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
 * of the first three levels; of a request its path and the names of its fields are logged alone.
 */
export function createLog(level: LogLevel): Log {
  const paths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths, censor: '[secret]' } },
    pino.destination({ dest: 2, sync: false }),
  );
}
