import type { Locale, Params } from './translator.ts';
import { PLACEHOLDER } from './translator.ts';

/** What the models write down in English, for programs and logs, and people read in their own language. */
export type ToldOf = 'figures' | 'found' | 'log' | 'safe' | 'schedule';

/** Whose words a sentence came to be. */
export interface Told {
  readonly key: string;
  readonly params: Params;
}

/**
 * The key and the facts of a sentence by the English words of `told.<of>.…`, so that it can be said in another language; null for
 * a sentence that is none of them, such as what a person or a plug-in wrote.
 */
export function recognise(english: Locale, of: ToldOf, sentence: string): Told | null {
  for (const { key, shape } of shapesOf(english)) {
    const found = key.startsWith(`told.${of}.`) ? shape.exec(sentence) : null;
    if (found) return { key, params: { ...found.groups } };
  }
  return null;
}

interface Shape {
  readonly key: string;
  readonly shape: RegExp;
}

const known = new WeakMap<Locale, readonly Shape[]>();

/** Those with fewer facts first: they say more. */
function shapesOf(english: Locale): readonly Shape[] {
  const made = known.get(english) ?? makeShapes(english);
  known.set(english, made);
  return made;
}

function makeShapes(english: Locale): Shape[] {
  const facts = (words: string) => words.match(PLACEHOLDER)?.length ?? 0;
  return [...english]
    .filter(([key]) => key.startsWith('told.'))
    .sort(([, a], [, b]) => facts(a) - facts(b))
    .map(([key, words]) => ({ key, shape: shapeOf(words) }));
}

/** A fact that is told twice is the same both times. */
function shapeOf(words: string): RegExp {
  const seen = new Set<string>();
  const source = words.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (seen.has(name)) return `\\k<${name}>`;
    seen.add(name);
    return `(?<${name}>.+?)`;
  });
  return new RegExp(`^${source.join('')}$`, 'u');
}
