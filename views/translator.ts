import type { Language } from './format.ts';

/** The words of one language by dotted key. */
export type Locale = ReadonlyMap<string, string>;
export type Params = Readonly<Record<string, string | number>>;
export type Translate = (key: string, params?: Params) => string;

/**
 * `t(key, params)` for one language. With a number `count` the plural form `key.one`, `key.few` … is taken where the
 * language has it, else `key.other`. Throws on a key that does not exist.
 */
export function translator(language: Language, locale: Locale): Translate {
  const plural = new Intl.PluralRules(language);
  return (key, params = {}) => {
    const words = pick(locale, key, params.count, plural);
    if (words === undefined) throw new Error(`No words for "${key}" in ${language}`);
    return words.replace(PLACEHOLDER, (whole, name: string) => String(params[name] ?? whole));
  };
}

function pick(locale: Locale, key: string, count: unknown, plural: Intl.PluralRules): string | undefined {
  if (typeof count !== 'number') return locale.get(key);
  return locale.get(`${key}.${plural.select(count)}`) ?? locale.get(`${key}.other`) ?? locale.get(key);
}

/** What is filled in. */
export const PLACEHOLDER = /\{(\w+)\}/g;
