import { number } from './format.ts';
import type { Words } from './page.ts';

const MICRO = 1_000_000;

/** Money given in millionths of the main unit: "£1.48", and pence below a pound. */
export function money(micro: number, currency: string, { language }: Pick<Words, 'language'>): string {
  if (currency === 'GBP' && language !== 'de' && Math.abs(micro) < MICRO - 5000)
    return `${number(micro / 10_000, language)}p`;
  return formatter(language, currency, 2).format(micro / MICRO);
}

/** As `money`, but whole pounds without their pence: for the words of a line in a picture. */
export function roundMoney(micro: number, currency: string, words: Pick<Words, 'language'>): string {
  if (micro % MICRO !== 0) return money(micro, currency, words);
  return formatter(words.language, currency, 0).format(micro / MICRO);
}

/** The price of a unit: `whole` pence or cents, else two digits more than is paid in, as all of a column are told. */
export function unitPrice(
  micro: number,
  currency: string,
  { language }: Pick<Words, 'language'>,
  whole = micro % 10_000 === 0,
): string {
  if (currency === 'GBP' && language !== 'de') return `${number(micro / 10_000, language, whole ? 0 : 2)}p`;
  return formatter(language, currency, whole ? 2 : 4, whole ? 2 : 4).format(micro / MICRO);
}

/** "January 2026" of a time in Unix seconds. */
export function monthName(time: number, { language, zone }: Pick<Words, 'language' | 'zone'>): string {
  const tag = { en: 'en-GB', cy: 'cy', de: 'de-DE' }[language];
  return new Intl.DateTimeFormat(tag, { month: 'long', year: 'numeric', timeZone: zone }).format(time * 1000);
}

function formatter(
  language: Words['language'],
  currency: string,
  most: number,
  least = Math.min(2, most),
): Intl.NumberFormat {
  const digits = { minimumFractionDigits: least, maximumFractionDigits: most };
  return new Intl.NumberFormat(language === 'de' ? 'de-DE' : 'en-GB', { style: 'currency', currency, ...digits });
}
