import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { refuseDisk } from './disk/campaign.ts';
import { endStores } from './hub-process.ts';
import { tell } from './options.ts';

const HELP = `Has the disk of a running hub refuse: full by bytes and by inodes, read-only, fsync failing once, always and slowly.

npm run campaign disk -- [options]
  --trouble <N>   seconds each of them lasts (default 10)
  --only <text>   only those whose name holds the text

Needs Linux, root, strace and mkfs.ext4. Mounts a small ext4 from a file, in a mount namespace of its own.
`;
const INSIDE = 'HEARTH_CAMPAIGN_NAMESPACE';

const { values: args } = parseArgs({
  options: {
    trouble: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    seed: { type: 'string' },
    budget: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (args.help) process.stdout.write(HELP);
else process.exitCode = process.env[INSIDE] ? await main() : inNamespace();

/** The mounts end with the namespace, however this ends. */
function inNamespace(): number {
  const again = [process.execPath, ...process.argv.slice(1)];
  const { status, error } = spawnSync('unshare', ['--mount', '--propagation', 'private', ...again], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  if (error) console.error(`disk: unshare cannot be run: ${error.message}`);
  return status ?? 1;
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-disk-'));
  const leave = () => {
    endStores(join(folder, 'storage'));
    for (const place of ['storage/feeds', 'storage/journal', 'card']) spawnSync('umount', ['-l', join(folder, place)]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      leave();
      process.exit(1);
    });
  }
  try {
    const { troubles, points, slowestMs, problems } = await refuseDisk({
      folder,
      troubleMs: Number(args.trouble) * 1000,
      only: args.only,
      progress: (line) => process.stderr.write(`${line}\n`),
    });
    return tell(
      problems,
      `${troubles} troubles: ${points} points acknowledged, ${problems.length} missing, changed or otherwise wrong; resumed at most ${slowestMs} ms after the end`,
    );
  } finally {
    leave();
  }
}
