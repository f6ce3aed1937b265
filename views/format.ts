/**
 * How figures and times read in each language. Pure, and used by the server's pages and the browser's script alike, so
 * that a figure never changes its shape when it goes live.
 */
export type Language = 'en' | 'cy' | 'de';

export const LANGUAGES: readonly Language[] = ['en', 'cy', 'de'];

/** A figure and its unit apart, because pages set the unit smaller. */
export interface Quantity {
  figure: string;
  unit: string;
}

/** Shown where there is no value. */
export const NOTHING = '–';

/** `value` with exactly `digits` decimals. */
export function number(value: number, language: Language, digits = 0): string {
  return formatter(language, digits).format(Object.is(Math.round(value * 10 ** digits), -0) ? 0 : value);
}

/** Power given in watts: two decimals of kW, below 1 kW whole W. */
export function power(watts: number | null, language: Language): Quantity {
  if (watts === null || !Number.isFinite(watts)) return { figure: NOTHING, unit: 'kW' };
  if (Math.abs(Math.round(watts)) < 1000) return { figure: number(watts, language), unit: 'W' };
  return { figure: number(watts / 1000, language, 2), unit: 'kW' };
}

/** Energy given in kWh, with its unit: two decimals below 100. */
export function energy(kWh: number | null, language: Language): string {
  if (kWh === null || !Number.isFinite(kWh)) return `${NOTHING} kWh`;
  return `${number(kWh, language, Math.abs(kWh) < 100 ? 2 : 1)} kWh`;
}

/** Any feed's or input's value in its unit. Watts read as `power` does; without a unit up to three decimals remain. */
export function quantity(value: number | null, unit: string, language: Language): Quantity {
  if (unit === 'W') return power(value, language);
  if (value === null || !Number.isFinite(value)) return { figure: NOTHING, unit };
  return { figure: number(value, language, decimals(value, unit)), unit };
}

/** The clock time in `zone`, "07:39" in every language; undefined is the moment of the call. */
export function clockTime(ms: number | undefined, zone: string): string {
  return dates('en-GB', zone, 'time').format(ms);
}

/** "Thursday 1 February", with the year where it is not the year of `now`. */
export function day(ms: number, zone: string, language: Language, now: number): string {
  const year = dates('en-GB', zone, 'year');
  const style = year.format(ms) === year.format(now) ? 'day' : 'dayYear';
  const told = dates(TAGS[language], zone, style).format(ms);
  return language === 'cy' ? inWelsh(told) : told;
}

/** A moment in words: the clock time alone on the day of `now`, else with its date. */
export function moment(ms: number, zone: string, language: Language, now: number): string {
  const key = dates('en-GB', zone, 'key');
  const time = clockTime(ms, zone);
  return key.format(ms) === key.format(now) ? time : `${day(ms, zone, language, now)}, ${time}`;
}

/** Bytes as people count them: "14.2 MB". */
export function bytes(count: number, language: Language): string {
  const steps = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let step = 0;
  for (; value >= 1000 && step < steps.length - 1; step += 1) value /= 1000;
  return `${number(value, language, step === 0 || value >= 100 ? 0 : 1)} ${steps[step]}`;
}

/** How long ago, as the key of its words and the count that goes in them. */
export function age(seconds: number): {
  key: 'ago.now' | 'ago.seconds' | 'ago.minutes' | 'ago.hours' | 'ago.days';
  count: number;
} {
  if (seconds < 1.5) return { key: 'ago.now', count: 0 };
  if (seconds < 90) return { key: 'ago.seconds', count: Math.round(seconds) };
  if (seconds < 90 * 60) return { key: 'ago.minutes', count: Math.round(seconds / 60) };
  if (seconds < 36 * 3600) return { key: 'ago.hours', count: Math.round(seconds / 3600) };
  return { key: 'ago.days', count: Math.round(seconds / 86400) };
}

// Welsh writes numbers as English does, and not every browser carries Welsh.
const NUMBER_TAGS: Record<Language, string> = { en: 'en-GB', cy: 'en-GB', de: 'de-DE' };
const TAGS: Record<Language, string> = { en: 'en-GB', cy: 'en-GB', de: 'de-DE' };
const DAYS = words(
  'Monday Llun Tuesday Mawrth Wednesday Mercher Thursday Iau Friday Gwener Saturday Sadwrn Sunday Sul',
);
const MONTHS = words(
  'January Ionawr February Chwefror March Mawrth April Ebrill May Mai June Mehefin July Gorffennaf August Awst September Medi ' +
    'October Hydref November Tachwedd December Rhagfyr',
);

const DATE_STYLES = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  year: { year: 'numeric' },
  key: { year: 'numeric', month: '2-digit', day: '2-digit' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  dayYear: { day: 'numeric', month: 'long', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** "Dydd Iau, 1 Chwefror" from "Thursday 1 February". */
function inWelsh(date: string): string {
  const named = date.replace(/[A-Z][a-z]+(?=[ ,]|$)/g, (word) => MONTHS.get(word) ?? word);
  return named.replace(/^([A-Z][a-z]+),? /, (all, word) => (DAYS.has(word) ? `Dydd ${DAYS.get(word)}, ` : all));
}

/** Every other word is what the one before it means. */
function words(list: string): ReadonlyMap<string, string> {
  const all = list.split(' ');
  return new Map(all.flatMap((word, at) => (at % 2 === 0 ? [[word, all[at + 1] ?? word] as const] : [])));
}

const numbers = new Map<string, Intl.NumberFormat>();
const times = new Map<string, Intl.DateTimeFormat>();

function formatter(language: Language, digits: number): Intl.NumberFormat {
  const key = `${language} ${digits}`;
  let made = numbers.get(key);
  if (!made) {
    made = new Intl.NumberFormat(NUMBER_TAGS[language], {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    numbers.set(key, made);
  }
  return made;
}

function dates(tag: string, zone: string, style: keyof typeof DATE_STYLES): Intl.DateTimeFormat {
  const key = `${tag} ${zone} ${style}`;
  let made = times.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(tag, { ...DATE_STYLES[style], timeZone: zone });
    times.set(key, made);
  }
  return made;
}

function decimals(value: number, unit: string): number {
  if (unit === 'kWh') return Math.abs(value) < 100 ? 2 : 1;
  if (unit === 'kW') return 2;
  if (unit === 'Wh' || unit === 'VA') return 0;
  if (unit !== '') return Number.isInteger(value) && Math.abs(value) >= 100 ? 0 : 1;
  if (Number.isInteger(value)) return 0;
  const size = Math.abs(value);
  return size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
}
