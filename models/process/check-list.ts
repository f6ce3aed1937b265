import { HubError } from '../../lib/errors.ts';
import { ARG, type ArgType, type Process } from './process.ts';
import type { ProcessStep } from './process-list.ts';
import { processByKey } from './registry.ts';

/** What the arguments of a list may name. */
export interface ListOwner {
  readonly context: 'input' | 'virtual';
  ownsInput(id: number): boolean;
  ownsFeed(id: number): boolean;
  /** Absent where lists cannot name schedules. */
  ownsSchedule?(id: number): boolean;
}

/**
 * The steps of `[{"fn":"process__scale","args":[0.5]}]`, checked. Throws HUB_PROCESS_LIST with EmonCMS's sentence; what is
 * not JSON, EmonCMS's own stored form included, is refused.
 */
export function parseProcessList(text: string | undefined, owner: ListOwner): ProcessStep[] {
  const list = parseJson(text);
  if (list === undefined || list === null) throw refusal('Invalid process list format: ');
  if (typeof list !== 'object') throw refusal('Process list must be an array');
  return Object.entries(list).map(([index, item]) => parseStep(item, index, owner));
}

function parseStep(item: unknown, index: string, owner: ListOwner): ProcessStep {
  const { fn, args } = (typeof item === 'object' && item !== null ? item : {}) as { fn?: unknown; args?: unknown };
  if (fn === undefined || fn === null) throw refusal(`Missing process key in process list at index ${index}`);
  const process = typeof fn === 'string' ? processByKey(fn) : undefined;
  if (!process || !fits(process, owner.context)) throw refusal(`Invalid process process key:${String(fn)}`);
  if (!Array.isArray(args)) throw refusal(`Missing arguments in process list at index ${index}`);
  if (args.length !== process.args.length) {
    throw refusal(`Invalid number of arguments in process list at index ${index}`);
  }
  return { key: process.key, args: args.map((arg, at) => checkArg(process.args[at]?.type ?? ARG.none, arg, owner)) };
}

function fits(process: Process, context: 'input' | 'virtual'): boolean {
  if (process.deleted || (context === 'input' && process.step === undefined)) return false;
  return process.context === 'both' || process.context === context;
}

function checkArg(type: ArgType, arg: unknown, owner: ListOwner): string {
  const text = typeof arg === 'string' ? arg.trim() : typeof arg === 'number' ? String(arg) : '';
  if (type === ARG.feed && !owner.ownsFeed(idOf(text))) throw refusal('Invalid feed');
  if (type === ARG.input && !owner.ownsInput(idOf(text))) throw refusal('Invalid input');
  if (type === ARG.schedule && !owner.ownsSchedule?.(idOf(text))) throw refusal('Invalid schedule');
  if (type === ARG.value && !NUMBER.test(text)) throw refusal('Value is not numeric');
  if (type === ARG.text && !PLAIN_TEXT.test(text)) throw refusal('Invalid characters in text');
  if (type === ARG.none) return '0';
  return type === ARG.feed || type === ARG.input || type === ARG.schedule ? String(idOf(text)) : text;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** What a topic may hold: `:` and `,` divide a stored list, `+` and `#` are wildcards, `$` opens a broker's own tree. */
const PLAIN_TEXT = /^[\p{L}\p{N}_ .\-/]{1,255}$/u;

function idOf(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : 0;
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refusal(sentence: string): HubError {
  return new HubError('HUB_PROCESS_LIST', { sentence });
}
