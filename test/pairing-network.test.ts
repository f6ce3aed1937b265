import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { projectRoot } from '../lib/project-root.ts';
import { endStores } from '../scripts/campaign/hub-process.ts';
import { testFolder } from './stores.ts';

const run = promisify(execFile);
const name = `hearth${process.pid}`;
const [home, away] = [`${name}h`, `${name}p`];
const PATIENCE = { timeout: 60_000, interval: 250 };

/** A network of two machines that nobody else is on; only root can make one. */
function makeNetwork(): boolean {
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'ignore' });
  try {
    for (const namespace of [home, away]) {
      ip('netns', 'add', namespace);
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
    }
    ip('link', 'add', `${home}0`.slice(-15), 'netns', home, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', away);
    ip('-n', home, 'addr', 'add', '10.77.0.1/24', 'brd', '10.77.0.255', 'dev', `${home}0`.slice(-15));
    ip('-n', away, 'addr', 'add', '10.77.0.2/24', 'brd', '10.77.0.255', 'dev', 'eth0');
    ip('-n', home, 'link', 'set', `${home}0`.slice(-15), 'up');
    ip('-n', away, 'link', 'set', 'eth0', 'up');
    return true;
  } catch {
    return false;
  }
}

function removeNetwork(): void {
  for (const namespace of [home, away]) {
    try {
      execFileSync('ip', ['netns', 'del', namespace], { stdio: 'ignore' });
    } catch {
      // It was never there.
    }
  }
}

const hasNetwork = makeNetwork();
if (!hasNetwork) {
  removeNetwork();
  console.warn('Network namespaces need root and the ip program: a plug on a network of its own is not tried here.');
}

describe.skipIf(!hasNetwork)('a plug with EmonESP’s firmware on a network of its own', () => {
  const storage = testFolder('paired');
  const children: ChildProcess[] = [];
  let key = '';
  let said = () => '';

  beforeAll(async () => {
    const hub = inside(home, 'app/main.js', [], {
      ...{ HEARTH_STORAGE: storage, HEARTH_HTTP_HOST: '0.0.0.0', HEARTH_MQTT_HOST: '0.0.0.0' },
      ...{ HEARTH_PRESENCE: '0', HEARTH_LOG_LEVEL: 'warn' },
    });
    await vi.waitUntil(() => hub.said().includes('"event":"ready"'), PATIENCE);
    const form = { home: 'Tan-y-bryn', username: 'anna', password: 'three wet sheep', timezone: 'Europe/London' };
    await ask('POST', '/set-up', new URLSearchParams({ ...form, email: '', language: 'en' }).toString());
    const login = await ask('POST', '/user/auth.json', 'username=anna&password=three%20wet%20sheep');
    key = (JSON.parse(login.text) as { apikey_write: string }).apikey_write;
    const plug = inside(away, 'scripts/simulate/plug.js', ['--retry', '2']);
    said = plug.said;
  }, 90_000);

  afterAll(async () => {
    for (const child of children.reverse()) {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    endStores(storage);
    removeNetwork();
  });

  test('goes from the beacon to its first reading with one click', async () => {
    await ask('POST', '/api/v1/pairing/window', '{"minutes":5}');
    const request = await vi.waitUntil(async () => {
      const { requests } = JSON.parse((await ask('GET', '/api/v1/pairing')).text) as { requests: Waiting[] };
      return requests[0];
    }, PATIENCE);
    expect(request).toMatchObject({ kind: 'legacy', address: '10.77.0.2' });
    expect((await ask('POST', `/api/v1/pairing/${request.request}/allow`, '{}')).status).toBeLessThan(300);
    const device = await vi.waitUntil(async () => {
      const { devices } = JSON.parse((await ask('GET', '/api/v1/devices')).text) as { devices: Shown[] };
      return devices.find(({ reported }) => reported !== null);
    }, PATIENCE);
    expect(device).toMatchObject({ node: 'smartplug1272', family: 'emonesp', reported: { on: false } });
    expect(said()).toContain('beacon from 10.77.0.1');
    await ask('POST', `/api/v1/devices/${device.id}/switch`, '{"on":true}');
    await vi.waitUntil(() => said().includes('ctrlmode: On'), PATIENCE);
  }, 120_000);

  function inside(namespace: string, program: string, args: readonly string[] = [], env: Record<string, string> = {}) {
    const command = ['netns', 'exec', namespace, process.execPath, join(projectRoot, 'build', program), ...args];
    const child = spawn('ip', command, { env: { PATH: process.env.PATH ?? '', ...env } });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        output += text.toString();
      });
    return { said: () => output };
  }

  /** Asks the hub from its own side of the network. */
  async function ask(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
    const type = body?.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded';
    const headers = { 'Content-Type': type, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
    const options = { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) };
    const script = `fetch('http://127.0.0.1:8080${path}', ${JSON.stringify(options)})
      .then(async (answer) => console.log(JSON.stringify({ status: answer.status, text: await answer.text() })))`;
    const { stdout } = await run('ip', ['netns', 'exec', home, process.execPath, '-e', script]);
    return JSON.parse(stdout) as { status: number; text: string };
  }
});

interface Waiting {
  readonly request: string;
  readonly kind: string;
  readonly address: string;
}

interface Shown {
  readonly id: number;
  readonly node: string;
  readonly family: string;
  readonly reported: { readonly on: boolean } | null;
}
