import { spawn } from 'node:child_process';
import { pause } from '../house-trial.ts';

/** System calls of a running process that end otherwise than they would, until `stop`. Needs strace. */
export async function inject(pid: number, calls: string, what: string): Promise<{ stop(): Promise<void> }> {
  const how = ['-e', `trace=${calls}`, '-e', `inject=${calls}:${what}`];
  const child = spawn('strace', ['-f', '-p', String(pid), '-o', '/dev/null', ...how], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said += String(error);
      resolve();
    });
    child.once('close', () => resolve());
  });
  const attached = new Promise<boolean>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('attached')) resolve(true);
    });
    void ended.then(() => resolve(false));
  });
  if (!(await attached)) throw new Error(`strace does not attach: ${said}`);
  await pause(50);
  return {
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}
