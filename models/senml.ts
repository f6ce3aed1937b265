import { z } from 'zod';
import { HubError } from '../lib/errors.ts';

/** One SenML record with its bases applied (RFC 8428, section 4.6). */
export interface SenmlRecord {
  readonly name: string;
  readonly unit: string;
  /** Unix seconds. */
  readonly time: number;
  readonly value: number | boolean | string;
}

export interface NamedValue {
  readonly name: string;
  readonly unit?: string;
  readonly time?: number;
  readonly value: number;
}

/**
 * The records of a pack in order. A base holds from its record on until another takes its place; a time near nought counts from
 * now, as devices without a clock send it. Throws HUB_BAD_REQUEST naming the record: one without a value is an error.
 */
export function parseSenml(pack: unknown, now: number): SenmlRecord[] {
  const parsed = PACK.safeParse(pack);
  if (!parsed.success) {
    const at = parsed.error.issues[0]?.path.join('.') ?? '';
    throw wrong(at === '' ? 'This is no SenML pack.' : `SenML record ${at} is not valid.`);
  }
  let base: Base = { bn: '', bt: 0, bu: '', bv: undefined };
  return parsed.data.map((record, index) => {
    base = { bn: record.bn ?? base.bn, bt: record.bt ?? base.bt, bu: record.bu ?? base.bu, bv: record.bv ?? base.bv };
    const name = base.bn + (record.n ?? '');
    if (!NAME.test(name)) throw wrong(`SenML record ${index} has no name that may be used.`);
    const sum = record.v === undefined && base.bv === undefined ? undefined : (base.bv ?? 0) + (record.v ?? 0);
    const value = record.vs ?? record.vb ?? sum;
    if (value === undefined) throw wrong(`SenML record ${index}, ${name}, has no value.`);
    const time = base.bt + (record.t ?? 0);
    return { name, unit: record.u ?? base.bu, time: Math.abs(time) < RELATIVE ? now + time : time, value };
  });
}

/** A pack of numbers: what all records share stands in the first. */
export function formatSenml(base: string, values: readonly NamedValue[]): Record<string, string | number>[] {
  return values.map(({ name, unit, time, value }, index) => ({
    ...(index === 0 && base !== '' ? { bn: base } : {}),
    ...(name === '' ? {} : { n: name }),
    ...(unit ? { u: unit } : {}),
    ...(time === undefined ? {} : { t: time }),
    v: value,
  }));
}

interface Base {
  readonly bn: string;
  readonly bt: number;
  readonly bu: string;
  readonly bv: number | undefined;
}

/** Times below 2^28 are relative (section 4.5.3). */
const RELATIVE = 2 ** 28;
/** Section 4.5.1. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9\-:./_]{0,255}$/;

const number = z.number();
const text = z.string().max(1000);
const RECORD = z.object({
  ...{ bn: text.optional(), bt: number.optional(), bu: text.optional(), bv: number.optional() },
  ...{ n: text.optional(), t: number.optional(), u: text.optional(), v: number.optional() },
  ...{ vs: text.optional(), vb: z.boolean().optional() },
});
const PACK = z.array(RECORD).min(1).max(5000);

function wrong(sentence: string): HubError {
  return new HubError('HUB_BAD_REQUEST', { sentence });
}
