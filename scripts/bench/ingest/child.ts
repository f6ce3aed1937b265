import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface BenchChild {
  readonly ready: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A server in a process of its own, once it has printed its ready line. */
export async function startServer(script: string, env: Record<string, string> = {}): Promise<BenchChild> {
  const child = start(script, [], env);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await firstLine(child, script);
  return {
    ready: JSON.parse(line) as Record<string, string>,
    stop: () => {
      child.kill('SIGTERM');
      return gone;
    },
  };
}

/** What a script prints as its one line of JSON. */
export async function runScript(script: string, args: readonly string[]): Promise<Record<string, number>> {
  return JSON.parse(await firstLine(start(script, args, {}), script)) as Record<string, number>;
}

function start(script: string, args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
  });
}

function firstLine(child: ChildProcess, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout) createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it said anything`)));
  });
}
