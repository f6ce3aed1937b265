import { ARG } from '../models/process/process.ts';
import { decodeProcessList, type ProcessStep } from '../models/process/process-list.ts';
import { processByKey } from '../models/process/registry.ts';
import type { Words } from './page.ts';

/** How feeds and inputs are called; undefined where there is none of that id. */
export interface Names {
  feed(id: number): string | undefined;
  input(id: number): string | undefined;
}

/** A stored process list as one sentence; '' for an empty list. */
export function listWords(list: string, names: Names, words: Words): string {
  return decodeProcessList(list)
    .map((step) => stepWords(step, names, words))
    .join(', ');
}

/** What one step does, in words. */
export function stepWords({ key, args }: ProcessStep, names: Names, words: Words): string {
  const process = processByKey(key);
  if (!process) return words.t('process.unknown', { key });
  const [arg = '', arg2 = ''] = args.map((text, i) => argWords(process.args[i]?.type ?? ARG.none, text, names, words));
  return phrase(key, arg, arg2, words) ?? process.name;
}

/** What a process does before it is known with what: "log to …". */
export function processWords(key: string, words: Words): string {
  return phrase(key, '…', '…', words) ?? processByKey(key)?.name ?? key;
}

/** The feeds a stored list writes to or reads. */
export function feedsOf(list: string): number[] {
  return decodeProcessList(list).flatMap(({ key, args }) =>
    args.filter((_, i) => processByKey(key)?.args[i]?.type === ARG.feed).map(Number),
  );
}

function phrase(key: string, arg: string, arg2: string, words: Words): string | undefined {
  const name = `process.${key.replace(/^process__/, '')}`;
  return words.has(name) ? words.t(name, { arg, arg2 }) : undefined;
}

function argWords(type: number, text: string, names: Names, words: Words): string {
  if (type === ARG.feed) return names.feed(Number(text)) ?? words.t('process.gone.feed');
  if (type === ARG.input) return names.input(Number(text)) ?? words.t('process.gone.input');
  return text;
}
