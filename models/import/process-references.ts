import { ARG } from '../process/process.ts';
import { decodeProcessList, encodeProcessList, type ProcessStep } from '../process/process-list.ts';
import { processByKey } from '../process/registry.ts';
import { changed, type Note } from './note.ts';
import type { Numbers } from './numbers.ts';

export interface References {
  readonly inputs: Pick<Numbers, 'of'>;
  readonly feeds: Pick<Numbers, 'of'>;
  readonly schedules: Pick<Numbers, 'of'>;
}

/**
 * A process list of EmonCMS with the numbers that inputs, feeds and schedules have here. Steps stay in their places, as
 * others count by them; what a step named and is not here becomes 0, which nothing ever is.
 */
export function rewriteList(what: string, list: string, references: References): { list: string; notes: Note[] } {
  const notes: Note[] = [];
  const steps = decodeProcessList(list.trim()).map((step) => rewriteStep(what, step, references, notes));
  return { list: encodeProcessList(steps), notes };
}

function rewriteStep(what: string, step: ProcessStep, references: References, notes: Note[]): ProcessStep {
  const process = processByKey(step.key);
  if (!process) {
    notes.push(changed(what, `its list ends at the process ${step.key}, which Hearth does not know`));
    return step;
  }
  if (!process.step && !process.internalerror) {
    notes.push(changed(what, `its list ends at the process ${step.key}, which is no longer in use`));
  }
  const args = step.args.map((arg, i) => {
    const type = process.args[i]?.type;
    const named = KINDS.find((one) => one.type === type);
    if (!named) return arg;
    const now = /^\d{1,10}$/.test(arg) ? references[named.of].of(Number(arg)) : undefined;
    if (now === undefined && arg !== '0')
      notes.push(changed(what, `${step.key} names ${named.word} ${arg}, which did not come over`));
    return String(now ?? 0);
  });
  return { key: step.key, args };
}

const KINDS = [
  { type: ARG.input, of: 'inputs', word: 'input' },
  { type: ARG.feed, of: 'feeds', word: 'feed' },
  { type: ARG.schedule, of: 'schedules', word: 'schedule' },
] as const;
