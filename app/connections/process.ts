import { execFileSync } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Clock, sleep } from '../../lib/clock.ts';

/** The ids of the processes whose command line contains `marker`, this process not among them. */
export function findProcesses(marker: string): number[] {
  return commandLines()
    .filter(([pid, line]) => pid !== process.pid && line.includes(marker) && isAlive(pid))
    .map(([pid]) => pid);
}

/** Whether the process runs. One that has ended but was not collected by its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return true;
  }
}

/** Asks the process to end, kills it after `patience` milliseconds, and resolves when it is gone: true when it went by itself. */
export async function endProcess(pid: number, patience: number, clock: Clock): Promise<boolean> {
  signal(pid, 'SIGTERM');
  const deadline = clock.monotonic() + patience;
  while (isAlive(pid)) {
    if (clock.monotonic() > deadline) {
      signal(pid, 'SIGKILL');
      while (isAlive(pid)) await sleep(clock, 5);
      return false;
    }
    await sleep(clock, 5);
  }
  return true;
}

/** The path of the first of `names` that can be run, looked up in PATH and where servers are kept. */
export function findProgram(names: readonly string[], path: string = process.env.PATH ?? ''): string | undefined {
  const folders = [...path.split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/libexec', '/usr/local/libexec'];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(canRun);
}

/** Keeps Node running until `work` has settled, although the hub's timers and children do not. */
export async function heldOpen<T>(work: Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, 1000);
  try {
    return await work;
  } finally {
    clearInterval(hold);
  }
}

function commandLines(): [pid: number, line: string][] {
  let entries: string[];
  try {
    entries = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    entries = [];
  }
  if (entries.length === 0) return commandLinesByPs();
  return entries.map((entry) => [Number(entry), commandLine(entry)]);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function commandLinesByPs(): [number, string][] {
  const text = execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' });
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+) (.*)$/.exec(line);
    return match ? [[Number(match[1]), match[2] ?? ''] as [number, string]] : [];
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already, which is what was asked for.
  }
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
