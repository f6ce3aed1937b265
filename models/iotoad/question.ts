import { OPERATIONS } from './operations.ts';

/** What a query asks for. */
export interface Question {
  readonly database: string;
  readonly measurement: string;
  /** How the nodes here call the measurement. */
  readonly names: readonly string[];
  readonly unit: string;
  /** Empty: the rows as they are. */
  readonly operation: string;
  readonly id: string | null;
  readonly type: string | null;
  readonly row: number | null;
  readonly column: number | null;
  /** Unix seconds, inclusive. */
  readonly from: number;
  readonly to: number;
}

/** Reads a query's path and parameters. Everything that is wrong is told at once. Without times it is the last day. */
export function readQuestion(path: string, parameters: unknown, now: number): Question | { readonly error: string } {
  const given = typeof parameters === 'object' && parameters !== null ? (parameters as Record<string, unknown>) : {};
  const errors: string[] = [];
  const [database = '', measurement = '', ...rest] = path.split('/');
  const known = MEASUREMENTS[measurement];
  if (!/^[\w.-]{1,64}$/.test(database) || rest.length > 0) errors.push('path: it is <database>/<measurement>');
  if (!known) errors.push(`measurement: one of ${Object.keys(MEASUREMENTS).join(', ')}`);

  const read = <T>(name: string, rule: string, parse: (text: string) => T | undefined): T | null => {
    const value = given[name];
    if (value === undefined || value === null || value === '') return null;
    const result = parse(String(value));
    if (result === undefined) errors.push(`${name}: ${rule}`);
    return result ?? null;
  };
  const integer = (text: string) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined);
  const word = (text: string) => (/^[\w.]{1,64}$/.test(text) ? text : undefined);
  const operation = read('operation', `one of ${[...OPERATIONS.keys()].join(', ')}`, (text) => {
    return OPERATIONS.has(text.toLowerCase()) ? text.toLowerCase() : undefined;
  });
  const id = read('id', 'letters, digits, dots and underscores', word);
  const type = read('type', 'letters such as w, g or p', (text) => (/^[a-z-]{1,16}$/i.test(text) ? text : undefined));
  const row = read('row', 'a whole number', integer);
  const column = read('column', 'a whole number', integer);
  const to = read('to', TIME_RULE, timeOf) ?? now;
  const from = read('from', TIME_RULE, timeOf) ?? to - 86_400;
  for (const name of Object.keys(given)) if (!PARAMETERS.has(name)) errors.push(`${name}: there is no such parameter`);
  if (id !== null && (row !== null || column !== null)) errors.push('id: not together with row or column');
  if (from > to) errors.push('from: it comes after to');
  if (errors.length > 0 || !known) return { error: `${errors.join('; ')}.` };
  return { database, measurement, ...known, operation: operation ?? '', id, type, row, column, from, to };
}

const PARAMETERS = new Set(['operation', 'id', 'type', 'row', 'column', 'from', 'to', 'apikey']);
const TIME_RULE = 'Unix seconds, or a time such as 2026-01-01T00:00:00Z';

const MEASUREMENTS: Readonly<Record<string, { readonly names: readonly string[]; readonly unit: string }>> = {
  power: { names: ['power_w', 'power'], unit: 'W' },
  status: { names: ['switch', 'status'], unit: 'S' },
  energy: { names: ['energy_kwh', 'energy'], unit: 'kWh' },
};

function timeOf(text: string): number | undefined {
  if (/^\d{1,11}(\.\d+)?$/.test(text)) return Number(text);
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms / 1000;
}
