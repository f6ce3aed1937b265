import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, test } from 'vitest';
import { findProcesses } from '../app/connections/process.ts';
import { projectRoot } from '../lib/project-root.ts';
import { endStores } from '../scripts/campaign/hub-process.ts';
import { newStorage } from './hub.ts';

const storage = newStorage();
let npm: ChildProcess | undefined;

/** Not npm's process alone: what it started is not to outlive the test either. */
afterAll(() => {
  if (npm?.pid && npm.exitCode === null && npm.signalCode === null) process.kill(-npm.pid, 'SIGKILL');
  endStores(storage);
});

test('SIGTERM to `npm start` stops the hub and its stores, as a service manager expects', async () => {
  const env = {
    ...process.env,
    HEARTH_STORAGE: storage,
    HEARTH_HTTP_HOST: '127.0.0.1',
    HEARTH_MQTT_HOST: '127.0.0.1',
    HEARTH_HTTP_PORT: '0',
    HEARTH_MQTT_PORT: '0',
    HEARTH_MQTTS_PORT: '0',
    HEARTH_BEACON_PORT: '0',
    HEARTH_PAIRING_PORT: '0',
    HEARTH_PRESENCE: '0',
  };
  npm = spawn('npm', ['start'], { cwd: projectRoot, env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(npm, 'close');
  await new Promise<void>((resolve, reject) => {
    npm?.stdout?.on('data', (said: Buffer) => said.includes('"ready"') && resolve());
    npm?.once('exit', (code) => reject(new Error(`npm start ended with ${code}`)));
  });
  npm.kill('SIGTERM');
  await ended;
  expect(findProcesses(storage)).toEqual([]);
}, 60_000);
