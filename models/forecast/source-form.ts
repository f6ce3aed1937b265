/** The texts of a form, by field. */
export type SourceTexts = Readonly<Record<string, string>>;

/** One param of a provider as a form asks for it. */
export interface ParamField {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'tick' | 'choice' | 'windows';
  readonly choices: readonly string[];
  readonly secret: boolean;
  readonly required: boolean;
  /** What counts where it is left empty. */
  readonly usual: string;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
}

/** Rows of hours that a form has room for. */
export const WINDOWS = 6;

/** The fields of a provider, from the JSON Schema of its params. */
export function paramFields(schema: unknown, secrets: readonly string[]): ParamField[] {
  const { properties = {}, required = [] } = schema as Schema;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    kind: kindOf(property),
    choices: property.enum ?? [],
    secret: secrets.includes(name),
    required: required.includes(name),
    usual: property.default === undefined || property.type === 'array' ? '' : String(property.default),
  }));
}

/** What stands in the fields for params as they are. Secrets are left empty. */
export function paramTexts(fields: readonly ParamField[], params: Readonly<Record<string, unknown>>): SourceTexts {
  const texts: Record<string, string> = {};
  for (const { name, kind, secret } of fields) {
    const value = params[name];
    if (secret || value === undefined) continue;
    if (kind === 'tick') texts[name] = value === true ? 'yes' : '';
    else if (kind === 'windows') Object.assign(texts, windowTexts(value as readonly Window[]));
    else texts[name] = String(value);
  }
  return texts;
}

/**
 * Params as typed, for the provider to judge. An empty field is undefined, so that what is usual counts again; an empty secret is left
 * out, so that the one kept stays.
 */
export function readParams(fields: readonly ParamField[], texts: SourceTexts): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const { name, kind, secret } of fields) {
    const text = texts[name] ?? '';
    if (kind === 'windows') params[name] = readWindows(texts);
    else if (kind === 'tick') params[name] = text === 'yes';
    else if (text !== '') params[name] = kind === 'number' ? Number(text.replace(',', '.')) : text;
    else if (!secret) params[name] = undefined;
  }
  return params;
}

interface Window {
  readonly from: string;
  readonly to: string;
  readonly price: number;
  readonly days?: readonly number[];
}

const DAYS: Readonly<Record<string, readonly number[]>> = { week: [1, 2, 3, 4, 5], weekend: [6, 7] };

function windowTexts(windows: readonly Window[]): SourceTexts {
  const rows = windows.map(({ from, to, price, days }, at) => {
    const named = days && Object.entries(DAYS).find(([, own]) => own.join() === [...days].sort().join());
    return {
      [`from${at + 1}`]: from,
      [`to${at + 1}`]: to,
      [`price${at + 1}`]: String(price),
      [`days${at + 1}`]: named?.[0] ?? (days ? days.join(',') : 'all'),
    };
  });
  return Object.assign({}, ...rows) as SourceTexts;
}

function readWindows(texts: SourceTexts): unknown[] {
  return Array.from({ length: WINDOWS }, (_, at) => at + 1).flatMap((at) => {
    const [from, to, price, days = ''] = ['from', 'to', 'price', 'days'].map((name) => texts[`${name}${at}`] ?? '');
    if (!from && !to && !price) return [];
    const own = /^[1-7](,[1-7])*$/.test(days) ? days.split(',').map(Number) : DAYS[days];
    return [{ from, to, price: Number((price || 'x').replace(',', '.')), ...(own ? { days: [...own] } : {}) }];
  });
}

function kindOf({ type, enum: choices }: Property): ParamField['kind'] {
  if (choices) return 'choice';
  if (type === 'array') return 'windows';
  if (type === 'boolean') return 'tick';
  return type === 'number' || type === 'integer' ? 'number' : 'text';
}
