import { HubError } from '../../lib/errors.ts';

export interface Day {
  /** 1 to 31. */
  readonly day: number;
}

export interface DayOfYear extends Day {
  /** 1 to 12. */
  readonly month: number;
}

type Note = (sentence: string) => void;

/** A JSON object; throws HUB_IMPORT where the text is none. */
export function objectOf(text: string, file: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new HubError('HUB_IMPORT', { sentence: `${file} is no JSON: ${(cause as Error).message}.`, cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new HubError('HUB_IMPORT', { sentence: `${file} is no JSON object.` });
}

/** The price of a kWh with three decimals: a number, or text with a point or a comma. */
export function priceOf(value: unknown, text: string, note: Note): number {
  if (value === undefined) return USUAL_PRICE;
  const number = typeof value === 'string' ? Number(value.trim().replace(',', '.') || Number.NaN) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) {
    note(`price_kwh is no price; ${USUAL_PRICE.toFixed(2)} is taken, as ISDL did.`);
    return USUAL_PRICE;
  }
  // ISDL's parser takes a number only where it has a point in it.
  if (/"price_kwh"\s*:\s*-?\d+\s*[,}]/.test(text))
    note(`price_kwh is ${number} without decimals: ISDL counted with 0.30 instead. Hearth takes ${number}.`);
  return Math.round(number * 1000) / 1000;
}

/** `HH:MM`; midnight where it is none. */
export function timeOf(value: unknown, note: Note): string {
  if (value === undefined) return MIDNIGHT;
  if (typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value)) return value;
  note(`The time of the daily reports, ${JSON.stringify(value)}, is not HH:MM; ${MIDNIGHT} is taken, as ISDL did.`);
  return MIDNIGHT;
}

/** Two digits; the first of the month where they are none. */
export function dayOf(value: unknown, what: string, note: Note): Day {
  if (value === undefined) return { day: 1 };
  const day = typeof value === 'string' && /^\d\d$/.test(value) ? Number(value) : 0;
  if (day >= 1 && day <= 31) return { day };
  note(`${what}, ${JSON.stringify(value)}, is no day such as "05"; the 1st is taken, as ISDL did.`);
  return { day: 1 };
}

/** `DD.MM`; New Year's Day where it is none. */
export function dayOfYear(value: unknown, what: string, note: Note): DayOfYear {
  if (value === undefined) return { day: 1, month: 1 };
  const [, day = 0, month = 0] = (typeof value === 'string' ? /^(\d\d)\.(\d\d)$/.exec(value) : null)?.map(Number) ?? [];
  const last = LAST_DAYS[month - 1];
  if (last === undefined || day < 1 || day > 31) {
    note(`${what}, ${JSON.stringify(value)}, is no date such as "31.12"; 01.01 is taken, as ISDL did.`);
    return { day: 1, month: 1 };
  }
  if (day > last) note(`${what}: day ${last} is taken, the last of that month.`);
  return { day: Math.min(day, last), month };
}

/** A whole number that is not negative; `usual` where it is none. */
export function integerOf(value: unknown, usual: number, what: string, note: Note): number {
  if (value === undefined) return usual;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  note(`${what}, ${JSON.stringify(value)}, is no whole number; ${usual} is taken, as ISDL did.`);
  return usual;
}

const USUAL_PRICE = 0.3;
const MIDNIGHT = '00:00';
const LAST_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
