import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { endStores } from '../scripts/campaign/hub-process.ts';
import { testFolder } from './stores.ts';
import { twoMachines } from './two-machines.ts';

const PATIENCE = { timeout: 60_000, interval: 250 };
const network = twoMachines('hpair', 0);

describe.skipIf(!network)('a plug with EmonESP’s firmware on a network of its own', () => {
  const machines = network as NonNullable<typeof network>;
  const storage = testFolder('paired');
  let key = '';
  let said = () => '';

  beforeAll(async () => {
    const hub = machines.start(0, 'app/main.js', [], {
      ...{ HEARTH_STORAGE: storage, HEARTH_HTTP_HOST: '0.0.0.0', HEARTH_MQTT_HOST: '0.0.0.0' },
      ...{ HEARTH_PRESENCE: '0', HEARTH_LOG_LEVEL: 'warn' },
    });
    await vi.waitUntil(() => hub.said().includes('"event":"ready"'), PATIENCE);
    const form = { home: 'Tan-y-bryn', username: 'anna', password: 'three wet sheep', timezone: 'Europe/London' };
    await ask('POST', '/set-up', new URLSearchParams({ ...form, email: '', language: 'en' }).toString());
    const login = await ask('POST', '/user/auth.json', 'username=anna&password=three%20wet%20sheep');
    key = (JSON.parse(login.text) as { apikey_write: string }).apikey_write;
    said = machines.start(1, 'scripts/simulate/plug.js').said;
  }, 90_000);

  afterAll(async () => {
    await machines.end();
    endStores(storage);
  });

  test('goes from the beacon to its first reading with one click', async () => {
    await ask('POST', '/api/v1/pairing/window', '{"minutes":5}');
    const request = await vi.waitUntil(async () => {
      const { requests } = JSON.parse((await ask('GET', '/api/v1/pairing')).text) as { requests: Waiting[] };
      return requests[0];
    }, PATIENCE);
    expect(request).toMatchObject({ kind: 'legacy', address: '10.77.0.2' });
    const allowed = performance.now();
    expect((await ask('POST', `/api/v1/pairing/${request.request}/allow`, '{}')).status).toBeLessThan(300);
    const device = await vi.waitUntil(async () => {
      const { devices } = JSON.parse((await ask('GET', '/api/v1/devices')).text) as { devices: Shown[] };
      return devices.find(({ reported }) => reported !== null);
    }, PATIENCE);
    // the firmware asks every ten seconds, and is answered within them
    expect(performance.now() - allowed).toBeLessThan(10_000);
    expect(device).toMatchObject({ node: 'smartplug1272', family: 'emonesp', reported: { on: false } });
    expect(said()).toContain('beacon from 10.77.0.1');
    await ask('POST', `/api/v1/devices/${device.id}/switch`, '{"on":true}');
    await vi.waitUntil(() => said().includes('ctrlmode: On'), PATIENCE);
  }, 120_000);

  const ask = (method: string, path: string, body?: string) => machines.ask(0, method, path, body, key);
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
