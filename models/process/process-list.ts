/** One step of a process list: which process, with which arguments, as they are stored. */
export interface ProcessStep {
  /** The registry's key, `process__scale`. */
  readonly key: string;
  readonly args: readonly string[];
}
