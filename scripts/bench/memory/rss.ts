import { readFileSync } from 'node:fs';

/** What a process holds in memory, in MB (10^6 bytes). */
export interface Resident {
  readonly all: number;
  /** Heap, buffers and stacks; the rest is code and mapped files, which the kernel may drop and read again. */
  readonly own: number;
}

export function residentOf(pid: number): Resident {
  return parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

/** The figures of a `/proc/<pid>/status`. */
export function parseStatus(status: string): Resident {
  const field = (name: string) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return { all: field('VmRSS'), own: field('RssAnon') };
}
