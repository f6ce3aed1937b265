import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPrivateServices } from '../app/connections/private-services.ts';
import { findProcesses } from '../app/connections/process.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import './run.ts';

/** Starts the run's MariaDB and Redis, as the hub starts its own, and takes everything away at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-test-'));
  const guard = guardFolder(folder);
  const config = { storage: join(folder, 'stores'), mysqlUrl: null, redisUrl: null };
  const services = await startPrivateServices({ config, clock: systemClock, log: createLog('warn') });
  project.provide('run', {
    folder,
    mysqlSocket: services.mysqlSocket ?? '',
    redisSocket: services.redisSocket ?? '',
  });
  return async () => {
    await services.stop();
    guard.kill();
    for (const pid of findProcesses(folder)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
}

/** A run that is killed cannot clean up, so a shell waits for its end and does it instead. */
function guardFolder(folder: string) {
  const script = `
    while kill -0 ${process.pid} 2>/dev/null; do sleep 2; done
    for line in /proc/[0-9]*/cmdline; do
      pid=\${line#/proc/}; pid=\${pid%/cmdline}
      [ "$pid" = $$ ] || { tr '\\0' ' ' < "$line" | grep -qF "$FOLDER" && kill -9 "$pid"; } 2>/dev/null
    done
    rm -rf "$FOLDER"`;
  const guard = spawn('sh', ['-c', script], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, FOLDER: folder },
  });
  guard.unref();
  return guard;
}
