import { DateTime, type DateTimeUnit, type DurationUnit, IANAZone } from 'luxon';

/**
 * Unix seconds of a date written as PHP's strtotime reads the common forms: ISO 8601, `2023-11-14 22:13:20`, `14 Nov 2023`,
 * `22:13`, `now`, `yesterday`, `+1 day`, `last monday`, and these one after another. Undefined for anything else.
 * What names no zone of its own is read in `zone`.
 */
export function parseDateText(text: string, now: number, zone: string): number | undefined {
  let rest = text.trim().toLowerCase();
  if (rest === '' || rest.length > LONGEST) return undefined;
  const draft: Draft = { at: DateTime.fromSeconds(now, { zone }), timeSet: false, shifts: [] };
  if (!draft.at.isValid) return undefined;
  while (rest !== '') {
    const used = takeOne(rest, draft);
    if (used === 0) return undefined;
    rest = rest.slice(used).replace(/^[\s,]+/, '');
  }
  const shifted = draft.shifts.reduce((at, shift) => shift(at), draft.at);
  return shifted.isValid ? Math.floor(shifted.toSeconds()) : undefined;
}

interface Draft {
  at: DateTime;
  /** A date alone means its midnight, unless a time of day was given before it. */
  timeSet: boolean;
  /** Relative parts, done last as PHP does. */
  readonly shifts: ((at: DateTime) => DateTime)[];
}

type Take = (draft: Draft, parts: readonly string[]) => void;

const LONGEST = 100;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?';
const DAY_NAME = '(mon|tue|wed|thu|fri|sat|sun)[a-z]*';
const UNIT = '(sec|second|min|minute|hour|day|week|fortnight|month|year)s?';

/** Tried in this order at each place; the first that fits is taken. */
const FORMS: readonly (readonly [RegExp, Take])[] = [
  [/^@(-?\d{1,12})/, (draft, [seconds]) => fix(draft, DateTime.fromSeconds(Number(seconds), { zone: 'utc' }), true)],
  [/^now\b/, () => undefined],
  [/^(today|midnight)\b/, (draft) => fix(draft, draft.at.startOf('day'), true)],
  [/^noon\b/, (draft) => fix(draft, draft.at.startOf('day').set({ hour: 12 }), true)],
  [/^tomorrow\b/, (draft) => fix(draft, draft.at.startOf('day').plus({ days: 1 }), true)],
  [/^yesterday\b/, (draft) => fix(draft, draft.at.startOf('day').minus({ days: 1 }), true)],
  [/^(\d{4})-(\d{1,2})-(\d{1,2})(?:t(?=\d))?/, (draft, [y, m, d]) => setDate(draft, y, m, d)],
  [/^(\d{4})\/(\d{1,2})\/(\d{1,2})/, (draft, [y, m, d]) => setDate(draft, y, m, d)],
  [/^(\d{1,2})\/(\d{1,2})\/(\d{4})/, (draft, [m, d, y]) => setDate(draft, y, m, d)],
  [/^(\d{1,2})[-.](\d{1,2})[-.](\d{4})/, (draft, [d, m, y]) => setDate(draft, y, m, d)],
  [/^(\d{4})(\d{2})(\d{2})t(?=\d)/, (draft, [y, m, d]) => setDate(draft, y, m, d)],
  [/^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([ap])\.?m\.?)?/, setTime],
  [/^(\d{2})(\d{2})(\d{2})(?=z|[+-]\d|$)()/, setTime],
  [/^(\d{1,2})\s*([ap])\.?m\.?\b/, (draft, [hour, half]) => setTime(draft, [hour ?? '', '0', '0', half ?? ''])],
  [
    new RegExp(`^(\\d{1,2})(?:st|nd|rd|th)?[\\s-]*${MONTH}[\\s-]*(\\d{4})(?!:)`),
    (draft, [d, m, y]) => setDate(draft, y, monthOf(m), d),
  ],
  [
    new RegExp(`^${MONTH}\\s*(\\d{1,2})(?:st|nd|rd|th)?,?\\s*(\\d{4})(?!:)`),
    (draft, [m, d, y]) => setDate(draft, y, monthOf(m), d),
  ],
  [/^(?:z|utc|gmt)\b/, (draft) => setZone(draft, 'utc')],
  [/^(?:utc|gmt)?([+-])(\d{2}):?(\d{2})?(?!\d)(?!\s*[a-z])/, setOffset],
  [/^(first|last) day of(?: (next|last|previous|this) month)?\b/, dayOfMonth],
  [new RegExp(`^([+-]?\\s*\\d{1,9})\\s*${UNIT}\\b(\\s+ago\\b)?`), shiftBy],
  [
    new RegExp(`^(next|last|previous|this)\\s+${UNIT}\\b`),
    (draft, [which, unit]) => shiftBy(draft, [STEP[which ?? ''] ?? '0', unit ?? '']),
  ],
  [new RegExp(`^(?:(next|last|previous|this)\\s+)?${DAY_NAME}`), weekday],
  [/^([a-z]+\/[a-z_]+(?:\/[a-z_]+)?)/, (draft, [name]) => setZone(draft, zoneName(name ?? ''))],
];

const STEP: Readonly<Record<string, string>> = { next: '1', last: '-1', previous: '-1', this: '0' };

function takeOne(rest: string, draft: Draft): number {
  for (const [form, take] of FORMS) {
    const match = form.exec(rest);
    if (!match || match[0] === '') continue;
    take(
      draft,
      match.slice(1).map((part) => part ?? ''),
    );
    return match[0].length;
  }
  return 0;
}

function fix(draft: Draft, at: DateTime, timeSet: boolean): void {
  draft.at = at;
  draft.timeSet ||= timeSet;
}

function setDate(draft: Draft, year = '', month = '', day = ''): void {
  const date = draft.at.set({ year: Number(year), month: Number(month), day: Number(day) });
  const real = Number(month) >= 1 && Number(month) <= 12 && date.day === Number(day) && date.month === Number(month);
  draft.at = !real ? DateTime.invalid('no such day') : draft.timeSet ? date : date.startOf('day');
}

function setTime(draft: Draft, [hour = '', minute = '', second = '', half = '']: readonly string[]): void {
  const twelve = half === '' ? Number(hour) : (Number(hour) % 12) + (half === 'p' ? 12 : 0);
  const sane = twelve <= 24 && Number(minute) < 60 && Number(second) < 61;
  draft.at = sane
    ? draft.at.set({ hour: twelve, minute: Number(minute), second: Number(second), millisecond: 0 })
    : DateTime.invalid('no such time');
  draft.timeSet = true;
}

function setZone(draft: Draft, zone: string): void {
  draft.at = draft.at.setZone(zone, { keepLocalTime: true });
}

function setOffset(draft: Draft, [sign, hours, minutes]: readonly string[]): void {
  setZone(draft, `UTC${sign}${Number(hours)}:${(minutes || '00').padStart(2, '0')}`);
}

function zoneName(lower: string): string {
  return IANAZone.isValidZone(lower) ? lower : 'invalid/zone';
}

function monthOf(name = ''): string {
  return String(MONTHS.indexOf(name.slice(0, 3)) + 1);
}

function shiftBy(draft: Draft, [count = '', unit = '', ago = '']: readonly string[]): void {
  const number = Number(count.replace(/\s/g, '')) * (ago === '' ? 1 : -1);
  const [factor, name] = unit === 'fortnight' ? [14, 'days'] : [1, `${LONG_UNIT[unit] ?? unit}s`];
  draft.shifts.push((at) => at.plus({ [name as DurationUnit]: number * (factor as number) }));
}

const LONG_UNIT: Readonly<Record<string, string>> = { sec: 'second', min: 'minute' };

function dayOfMonth(draft: Draft, [which = '', month = '']: readonly string[]): void {
  const shift = Number(STEP[month] ?? '0');
  draft.shifts.push((at) => {
    const moved = at.set({ day: 1 }).plus({ months: shift });
    return which === 'first' ? moved : moved.set({ day: moved.daysInMonth ?? 28 });
  });
}

function weekday(draft: Draft, [which = '', name = '']: readonly string[]): void {
  const wanted = DAYS.indexOf(name.slice(0, 3)) + 1;
  if (!draft.timeSet) draft.at = draft.at.startOf('day' as DateTimeUnit);
  draft.timeSet = true;
  draft.shifts.push((at) => {
    if (which === 'last' || which === 'previous') return at.minus({ days: (at.weekday - wanted + 7) % 7 || 7 });
    const ahead = (wanted - at.weekday + 7) % 7;
    return at.plus({ days: which === 'next' && ahead === 0 ? 7 : ahead });
  });
}
