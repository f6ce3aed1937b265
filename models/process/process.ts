import type { Turn } from './turn.ts';

/** EmonCMS's numbers for what an argument is. */
export const ARG = { value: 0, input: 1, feed: 2, none: 3, text: 4, schedule: 5 } as const;

export type ArgType = (typeof ARG)[keyof typeof ARG];

export interface ProcessArg {
  readonly type: ArgType;
  readonly default?: number | string;
  /** Feed engines the editor offers; any is accepted. */
  readonly engines?: readonly number[];
  readonly unit?: string;
  readonly key?: string;
  readonly name?: string;
  readonly desc?: string;
}

/**
 * What one process does to a value. `arg` is its first argument as a number (NaN for a text). It returns the value
 * handed to the next process; all else it wants done it says through `turn`. It neither waits nor fails.
 */
export type Step = (value: number | null, arg: number, turn: Turn) => number | null;

/** Everything the hub knows of one process: how EmonCMS names it and what it does. One file in steps/ each. */
export interface Process {
  /** EmonCMS's name, `process__scale`; process lists come in with it. */
  readonly key: string;
  /** EmonCMS's number, by which lists are stored; the key stands in where there is none. */
  readonly id?: number;
  readonly name: string;
  readonly short: string;
  readonly group: string;
  readonly description: string;
  readonly args: readonly ProcessArg[];
  /** Which lists it may be part of. */
  readonly context: 'input' | 'virtual' | 'both';
  /** Absent where the hub lists a process but does not run it. */
  readonly step?: Step;
  readonly unit?: string;
  readonly deleted?: boolean;
  readonly nochange?: boolean;
  readonly requireredis?: boolean;
  readonly internalerror?: boolean;
  readonly internalerror_reason?: string;
  readonly internalerror_desc?: string;
  readonly default?: number;
}
