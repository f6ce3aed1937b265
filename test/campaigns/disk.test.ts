import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../lib/project-root.ts';

/** A machine where nothing may be mounted has the engine's own fault tests. */
const mounts =
  spawnSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs none /mnt && which mkfs.ext4']).status === 0;

test.runIf(mounts)(
  'disk: a running hub with no bytes left refuses, says so, resumes by itself',
  { timeout: 90_000 },
  async () => {
    const program = join(projectRoot, 'build/scripts/campaign/disk.js');
    const child = spawn(process.execPath, [program, '--trouble', '1', '--only', 'no bytes left']);
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(out).toContain('1 troubles');
    expect(code, out).toBe(0);
  },
);
