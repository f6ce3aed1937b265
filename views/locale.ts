import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LANGUAGES, type Language } from './format.ts';
import { type Locale, PLACEHOLDER } from './translator.ts';

/**
 * Every language's words from `<folder>/<language>.json`. Throws when a key or a `{placeholder}` of one language is
 * missing in another, so a hub with half a translation does not build or start.
 */
export function loadLocales(folder: string): Record<Language, Locale> {
  const all = {} as Record<Language, Locale>;
  for (const language of LANGUAGES) all[language] = parseLocale(readFileSync(join(folder, `${language}.json`), 'utf8'));
  const gaps = findGaps(all);
  if (gaps.length > 0) throw new Error(`Words are missing: ${gaps.join('; ')}`);
  return all;
}

/** What one language lacks that another has, as sentences. */
export function findGaps(all: Record<Language, Locale>): string[] {
  const gaps: string[] = [];
  const base = new Map<string, string>();
  for (const language of LANGUAGES) for (const [key, words] of all[language]) base.set(stem(key), placeholders(words));
  for (const language of LANGUAGES) {
    const own = new Map([...all[language].keys()].map((key) => [stem(key), key]));
    for (const [key, names] of base) {
      const found = own.get(key);
      if (found === undefined) gaps.push(`${language} has no "${key}"`);
      else if (found === key && placeholders(all[language].get(found) ?? '') !== names)
        gaps.push(`"${key}" in ${language} has other placeholders`);
    }
  }
  return gaps;
}

/** The language of a browser's Accept-Language that Hearth speaks best, else English. */
export function preferredLanguage(header: string | undefined): Language {
  const wishes = (header ?? '')
    .split(',')
    .map((part, index) => {
      const [tag = '', ...rest] = part.trim().split(';');
      const q = Number(/q=([\d.]+)/.exec(rest.join(';'))?.[1] ?? 1);
      return { language: tag.slice(0, 2).toLowerCase(), weight: q - index / 1000 };
    })
    .sort((a, b) => b.weight - a.weight);
  for (const wish of wishes) if (isLanguage(wish.language)) return wish.language;
  return 'en';
}

/** Whether Hearth speaks `tag`. */
export function isLanguage(tag: string): tag is Language {
  return (LANGUAGES as readonly string[]).includes(tag);
}

const PLURALS = /\.(zero|one|two|few|many|other)$/;

function parseLocale(json: string): Locale {
  const words = new Map<string, string>();
  for (const [key, value] of Object.entries(JSON.parse(json) as Record<string, unknown>)) {
    if (typeof value !== 'string' || value === '') throw new Error(`"${key}" has no words`);
    words.set(key, value);
  }
  return words;
}

function stem(key: string): string {
  return key.replace(PLURALS, '');
}

function placeholders(words: string): string {
  return [...new Set(words.match(PLACEHOLDER) ?? [])].sort().join(' ');
}
