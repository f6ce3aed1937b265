import type { Step } from './process.ts';
import { processByKey, processByStoredName, storedName } from './registry.ts';

/** One step of a process list: which process, with which arguments, as they are stored. */
export interface ProcessStep {
  /** The registry's key, `process__scale`. */
  readonly key: string;
  readonly args: readonly string[];
}

/** A step ready to run; without `run` where the hub does not have the process. */
export interface CompiledStep {
  readonly run: Step | undefined;
  readonly arg: number;
  readonly args: readonly string[];
}

/** The list in EmonCMS's stored form, `1:12,2:0.5`. */
export function encodeProcessList(steps: readonly ProcessStep[]): string {
  return steps
    .map((step) => {
      const process = processByKey(step.key);
      return [process ? storedName(process) : step.key, ...step.args].join(':');
    })
    .join(',');
}

/** The steps of a stored list. An unknown process keeps its stored name as key. */
export function decodeProcessList(list: string): ProcessStep[] {
  if (list === '') return [];
  return list.split(',').map((part) => {
    const [name = '', ...args] = part.split(':');
    return { key: processByStoredName(name)?.key ?? name, args };
  });
}

/** The stored list made ready to run. */
export function compileProcessList(list: string): readonly CompiledStep[] {
  return decodeProcessList(list).map(({ key, args }) => ({
    run: processByKey(key)?.step,
    arg: Number(args[0] ?? Number.NaN),
    args,
  }));
}

/** The stored list switched off: its first step ends every run, the rest stays readable. */
export function switchedOff(list: string): string {
  return isSwitchedOff(list) ? list : `${OFF}:0,${list}`;
}

export function isSwitchedOff(list: string): boolean {
  return list.startsWith(`${OFF}:`);
}

const OFF = 'process__error_found';
