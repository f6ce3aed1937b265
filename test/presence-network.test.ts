import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { endStores } from '../scripts/campaign/hub-process.ts';
import { testFolder } from './stores.ts';
import { twoMachines } from './two-machines.ts';

const PATIENCE = { timeout: 60_000, interval: 250 };
const network = twoMachines('hmdns', 1);

describe.skipIf(!network)('two hubs and a Shelly on one network', () => {
  const machines = network as NonNullable<typeof network>;
  const storages = [testFolder('first-hub'), testFolder('second-hub')] as const;
  const keys = ['', ''];

  beforeAll(async () => {
    for (const machine of [0, 1] as const) {
      const hub = machines.start(machine, 'app/main.js', [], {
        ...{ HEARTH_STORAGE: storages[machine], HEARTH_HTTP_HOST: '0.0.0.0', HEARTH_MQTT_HOST: '127.0.0.1' },
        ...{ HEARTH_LOG_LEVEL: 'info', HEARTH_BEACON_PORT: '0' },
      });
      await vi.waitUntil(() => hub.said().includes('"event":"ready"'), PATIENCE);
      const form = { home: 'Tan-y-bryn', username: 'anna', password: 'three wet sheep', timezone: 'Europe/London' };
      await ask(machine, 'POST', '/set-up', new URLSearchParams({ ...form, email: '', language: 'en' }).toString());
      const login = await ask(machine, 'POST', '/user/auth.json', 'username=anna&password=three%20wet%20sheep');
      keys[machine] = (JSON.parse(login.text) as { apikey_write: string }).apikey_write;
      await vi.waitUntil(async () => (await named(machine)).name !== null, PATIENCE);
    }
  }, 120_000);

  afterAll(async () => {
    await machines.end();
    for (const storage of storages) endStores(storage);
  });

  test('the second takes the next free name, and says so', async () => {
    expect(await named(0)).toMatchObject({ name: 'hearth.local', conflict: false });
    expect(await named(1)).toMatchObject({ name: 'hearth-2.local', conflict: true });
  });

  test('its certificate names it under the name it took', async () => {
    const script = `const socket = require('node:tls').connect({ port: 8883, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      console.log(socket.getPeerCertificate().subjectaltname); socket.end(); });`;
    await vi.waitUntil(async () => (await machines.say(1, script)).includes('DNS:hearth-2.local'), PATIENCE);
    expect(await machines.say(0, script)).not.toContain('hearth-2.local');
  });

  test.each([0, 1] as const)(
    'whoever browses from machine %i finds both, with all they offer',
    async (machine) => {
      const script = `const { Bonjour } = require('bonjour-service'); const bonjour = new Bonjour(); const found = [];
      for (const type of ['hearth', 'http', 'mqtt']) bonjour.find({ type }, ({ host, port, addresses }) =>
        found.push([type, host, port, addresses.find((one) => one.includes('.'))].join(' ')));
      const until = Date.now() + 20000;
      setInterval(() => { if (found.length >= 6 || Date.now() > until) { console.log(found.sort().join('\\n')); process.exit(0); } }, 100);`;
      const [one, two] = machines.addresses;
      expect((await machines.say(machine, script)).trim().split('\n')).toEqual([
        `hearth hearth-2.local 8080 ${two}`,
        `hearth hearth.local 8080 ${one}`,
        `http hearth-2.local 8080 ${two}`,
        `http hearth.local 8080 ${one}`,
        `mqtt hearth-2.local 1883 ${two}`,
        `mqtt hearth.local 1883 ${one}`,
      ]);
    },
    60_000,
  );

  test.each([
    ['plug-s', 'shelly1', 'a8032a000031'],
    ['plus-plug-s', 'shelly2', 'a8032a000032'],
  ])(
    'a %s that announces itself is found by its network card and can be let in',
    async (kind, family, identity) => {
      const mac = (identity.match(/../g) ?? []).join(':');
      const port = family === 'shelly1' ? '80' : '8081';
      machines.start(1, 'scripts/simulate/shelly.js', [
        '--kind',
        kind,
        '--host',
        machines.addresses[1],
        '--port',
        port,
        '--mac',
        mac,
      ]);
      await ask(0, 'POST', '/api/v1/discovery', '{"minutes":5}');
      const found = await vi.waitUntil(async () => {
        const { pending } = JSON.parse((await ask(0, 'GET', '/api/v1/inbox')).text) as { pending: Pending[] };
        return pending.find((one) => one.identity === identity);
      }, PATIENCE);
      expect(found).toMatchObject({ family, address: expect.stringContaining(machines.addresses[1]) });
      expect((await ask(0, 'POST', `/api/v1/inbox/${found.key}/approve`, '{"name":"Kettle"}')).status).toBeLessThan(
        300,
      );
      await vi.waitUntil(async () => (await ask(0, 'GET', '/api/v1/devices')).text.includes('"power_w"'), PATIENCE);
    },
    90_000,
  );

  const ask = (machine: 0 | 1, method: string, path: string, body?: string) =>
    machines.ask(machine, method, path, body, keys[machine]);
  async function named(machine: 0 | 1) {
    const { network } = JSON.parse((await ask(machine, 'GET', '/api/v1/pairing')).text) as { network: Named };
    return network;
  }
});

interface Named {
  readonly name: string | null;
  readonly conflict: boolean;
}

interface Pending {
  readonly key: string;
  readonly family: string;
  readonly identity: string;
  readonly address: string;
}
