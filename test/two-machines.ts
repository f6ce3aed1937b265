import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../lib/project-root.ts';

const run = promisify(execFile);

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A program that runs on one of the machines, and what it has said so far. */
export interface Program {
  said(): string;
}

/** Two machines on a network that nobody else is on, each a network namespace of this one. */
export interface TwoMachines {
  readonly addresses: readonly [string, string];
  /** Starts a built program there. */
  start(machine: 0 | 1, program: string, args?: readonly string[], env?: Record<string, string>): Program;
  /** Asks the hub of a machine from that machine. */
  ask(machine: 0 | 1, method: string, path: string, body?: string, key?: string): Promise<Answer>;
  /** What a script of Node's says there. */
  say(machine: 0 | 1, script: string): Promise<string>;
  end(): Promise<void>;
}

/** Null where they cannot be made: that needs root and the ip program. `net` is the third number of their addresses. */
export function twoMachines(name: string, net: number): TwoMachines | null {
  const names = [`${name}${process.pid}h`, `${name}${process.pid}p`] as const;
  const addresses = [`10.77.${net}.1`, `10.77.${net}.2`] as const;
  if (!made(names, addresses, net)) {
    remove(names);
    console.warn('Network namespaces need root and the ip program: nothing is tried on a network of its own here.');
    return null;
  }
  const children: ChildProcess[] = [];
  const say = async (machine: 0 | 1, script: string) => {
    const command = ['netns', 'exec', names[machine], process.execPath, '-e', script];
    return (await run('ip', command, { cwd: projectRoot })).stdout;
  };
  return {
    addresses,
    start(machine, program, args = [], env = {}) {
      const command = ['netns', 'exec', names[machine], process.execPath, join(projectRoot, 'build', program), ...args];
      const child = spawn('ip', command, { env: { PATH: process.env.PATH ?? '', ...env } });
      children.push(child);
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text: Buffer) => {
          output += text.toString();
        });
      return { said: () => output };
    },
    say,
    async ask(machine, method, path, body, key = '') {
      const type = body?.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded';
      const headers = { 'Content-Type': type, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
      const options = { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) };
      const script = `fetch('http://127.0.0.1:8080${path}', ${JSON.stringify(options)})
        .then(async (answer) => console.log(JSON.stringify({ status: answer.status, text: await answer.text() })))`;
      return JSON.parse(await say(machine, script)) as Answer;
    },
    async end() {
      for (const child of children.reverse()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const ended = new Promise((resolve) => child.once('close', resolve));
        child.kill('SIGTERM');
        await ended;
      }
      remove(names);
    },
  };
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: 'ignore' });
}

function made(names: readonly [string, string], addresses: readonly [string, string], net: number): boolean {
  const ends = [names[0].slice(-15), 'eth0'] as const;
  try {
    for (const name of names) {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('link', 'add', ends[0], 'netns', names[0], 'type', 'veth', 'peer', 'name', ends[1], 'netns', names[1]);
    for (const [at, end] of ends.entries()) {
      const machine = names[at] ?? '';
      ip('-n', machine, 'addr', 'add', `${addresses[at]}/24`, 'brd', `10.77.${net}.255`, 'dev', end);
      ip('-n', machine, 'link', 'set', end, 'up');
      // multicast goes where everything else goes
      ip('-n', machine, 'route', 'add', 'default', 'via', addresses[1 - at] ?? '');
    }
    return true;
  } catch {
    return false;
  }
}

function remove(names: readonly string[]): void {
  for (const name of names) {
    try {
      ip('netns', 'del', name);
    } catch {
      // It was never there.
    }
  }
}
