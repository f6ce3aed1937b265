import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../lib/project-root.ts';
import { LANGUAGES } from './format.ts';
import { findGaps, loadLocales, preferredLanguage } from './locale.ts';
import { type Locale, translator } from './translator.ts';

const locale = (words: Record<string, string>): Locale => new Map(Object.entries(words));
const three = (en: Record<string, string>, cy: Record<string, string>, de = cy) => ({
  en: locale(en),
  cy: locale(cy),
  de: locale(de),
});

describe('what one language lacks', () => {
  it.each([
    ['nothing', { a: 'x' }, { a: 'y' }, []],
    ['a key', { a: 'x', b: 'x' }, { a: 'y' }, ['cy has no "b"', 'de has no "b"']],
    ['a key that English lacks', { a: 'x' }, { a: 'y', b: 'y' }, ['en has no "b"']],
    ['a placeholder', { a: 'x {n}' }, { a: 'y' }, ['"a" in en has other placeholders']],
    ['plural forms may differ', { 'a.one': '{count}', 'a.other': '{count}' }, { 'a.few': '{count}' }, []],
  ] as const)('%s', (_name, en, cy, gaps) => {
    expect(findGaps(three(en, cy))).toEqual(gaps);
  });
});

describe('words', () => {
  const t = translator('en', locale({ hi: 'Hello {name}', 'n.one': '{count} feed', 'n.other': '{count} feeds' }));
  it('fills in what is given', () => expect(t('hi', { name: 'Megan' })).toBe('Hello Megan'));
  it('takes the plural of the language', () => {
    expect([t('n', { count: 0 }), t('n', { count: 1 }), t('n', { count: 2 })]).toEqual([
      '0 feeds',
      '1 feed',
      '2 feeds',
    ]);
  });
  it('takes a form of its own where Welsh has one', () => {
    const cy = translator('cy', locale({ 'n.two': 'dau', 'n.other': 'arall' }));
    expect([cy('n', { count: 2 }), cy('n', { count: 7 })]).toEqual(['dau', 'arall']);
  });
  it('does not let a page go out with a key for words', () => {
    expect(() => t('missing')).toThrow('No words for "missing" in en');
  });
});

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['fr-FR,fr;q=0.9,cy;q=0.5,en;q=0.3', 'cy'],
  ['en;q=0.1,de;q=0.9', 'de'],
  ['xx;;q=,,', 'en'],
] as const)('of a browser that asks for %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});

describe('the words of the hub', () => {
  const all = loadLocales(join(projectRoot, 'views/locales'));

  it('are whole in every language', () => expect(findGaps(all)).toEqual([]));

  it('hold every key that a page, view or controller names', () => {
    const stems = new Set([...all.en.keys()].flatMap((key) => [key, key.replace(/\.(one|two|few|many|other)$/, '')]));
    const missing = sources().flatMap(([name, text]) =>
      [...text.matchAll(/\bt\(\s*'([\w.-]+)'/g)]
        .filter(([, key]) => !stems.has(key ?? ''))
        .map(([, key]) => [name, key]),
    );
    expect(missing).toEqual([]);
  });

  it('are translated, and not English thrice', () => {
    const english = [...all.en].filter(([, words]) => words.length > 25);
    const same = english.filter(([key, words]) => all.cy.get(key) === words || all.de.get(key) === words);
    expect(same).toEqual([]);
  });

  it.each(LANGUAGES)('keep the tone in %s: no exclamation marks, no straight apostrophes', (language) => {
    expect([...all[language]].filter(([, words]) => /[!]|\w'\w/.test(words))).toEqual([]);
  });
});

function sources(): [name: string, text: string][] {
  return ['views', 'views/partials', 'controllers/pages'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder))
      .filter((name) => /\.(ejs|ts)$/.test(name) && !name.endsWith('.test.ts'))
      .map((name): [string, string] => [name, readFileSync(join(projectRoot, folder, name), 'utf8')]),
  );
}
