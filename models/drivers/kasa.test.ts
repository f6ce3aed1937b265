import { encrypt } from 'tplink-smarthome-crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { type KasaPlug, kasaPlug, type SimulatedKasa } from '../../scripts/simulate/kasa/house.ts';
import { deviceOf, ownLoopback, portsTo } from '../../test/device-trial.ts';
import { driverConformance } from '../../test/driver-conformance.ts';
import { kasa } from './kasa.ts';
import { klap } from './klap.ts';

const MAC = '50:C7:BF:00:00:41';
const IDENTITY = '50c7bf000041';
const FAULTS = { silent: 'silent', garbled: 'garbage', huge: 'huge' } as const;

for (const model of ['hs110', 'hs110v2'] as const)
  driverConformance(kasa, {
    async start(clock) {
      const plug = await started(model, {}, clock);
      return {
        device: deviceOf({ family: 'kasa', identity: IDENTITY, address: plug.address() }),
        measure: (power, energyWh = 0) => void Object.assign(plug.realtime ?? {}, { power, total: energyWh / 1000 }),
        isOn: plug.isOn,
        fail: async (fault) => (fault === 'gone' ? void (await plug.stop()) : plug.fail(FAULTS[fault])),
        stop: async () => void (await plug.stop()),
      };
    },
  });

describe('Kasa', () => {
  let plug: SimulatedKasa;
  const ports = portsTo();
  afterEach(() => plug?.stop());

  test('a plug without a meter is read and switched all the same', async () => {
    plug = await started('hs100');
    const device = deviceOf({ family: 'kasa', identity: IDENTITY, address: plug.address() });
    await kasa.switch?.(device, true, ports);
    expect(await kasa.read?.(device, ports)).toEqual({ on: true, values: {}, valid: true });
  });

  test('the outlets of a strip are devices of their own', async () => {
    plug = await started('hs300');
    const found = await kasa.identify?.(plug.address(), ports);
    const [first, second] = found?.children ?? [];
    expect(found?.children).toHaveLength(6);
    expect(first?.identity).toMatch(/^50c7bf000041\.\w\w$/);
    const outlet = (child = first) => deviceOf({ ...child, family: 'kasa', identity: child?.identity ?? '' });
    await kasa.switch?.(outlet(second), false, ports);
    await kasa.switch?.(outlet(first), true, ports);
    expect((await kasa.read?.(outlet(first), ports))?.on).toBe(true);
    expect((await kasa.read?.(outlet(second), ports))?.on).toBe(false);
    expect((await kasa.read?.(outlet(first), ports))?.values.power_w).toBeGreaterThanOrEqual(0);
  });

  test('over UDP a strip shortens what it calls its outlets; they are the same devices', () => {
    const child = (id: string) => ({ id, alias: 'Lamp', state: 1 });
    const info = { mac: MAC, deviceId: '8006', model: 'HS300', mic_type: 'IOT.SMARTPLUGSWITCH' };
    const told = (id: string) =>
      kasa.discover?.udp?.found(
        encrypt(JSON.stringify({ system: { get_sysinfo: { ...info, children: [child(id)] } } })),
        '192.168.1.7',
      );
    expect(told('04')?.children).toEqual(told('800604')?.children);
    expect(told('04')?.children?.[0]?.settings).toEqual({ child: '800604' });
  });

  test('a lie is not passed on', async () => {
    plug = await started('hs110', { fault: 'lying' });
    const device = deviceOf({ family: 'kasa', identity: IDENTITY, address: plug.address() });
    const reading = await kasa.read?.(device, ports);
    expect(reading).toMatchObject({ valid: false, values: { power_w: null, voltage_v: null, energy_wh: 1500 } });
  });

  test('another plug that has the address now is neither read nor switched', async () => {
    plug = await started('hs110');
    const device = deviceOf({ family: 'kasa', identity: '50c7bf0000aa', address: plug.address() });
    const was = plug.isOn();
    await expect(kasa.read?.(device, ports)).rejects.toThrow('Another device answers at this address.');
    await expect(kasa.switch?.(device, !was, ports)).rejects.toThrow('Another device answers at this address.');
    expect(plug.isOn()).toBe(was);
  });

  test('a bulb is found and said to be none of those read', () => {
    const bulb = { mic_mac: '50C7BF000042', model: 'LB100', alias: '<b>Bulb</b>', mic_type: 'IOT.SMARTBULB' };
    const found = kasa.discover?.udp?.found(encrypt(JSON.stringify({ system: { get_sysinfo: bulb } })), '192.168.1.7');
    expect(found).toMatchObject({ supported: false, name: '<b>Bulb</b>', identity: '50c7bf000042' });
  });

  test.each([
    ['nothing', ''],
    ['noise', '0102030405060708090a0b0c0d0e0f101112'],
    ['JSON of something else', Buffer.from(`${' '.repeat(16)}{"result":{}}`).toString('hex')],
  ])('what answers on UDP 20002 with %s is no device', (_, hex) => {
    expect(klap.found(Buffer.from(hex, 'hex'), '192.168.1.7')).toBeNull();
  });

  test('what answers on UDP 20002 has firmware that is not supported', () => {
    const result = { device_model: 'HS110(UK)', device_type: 'IOT.SMARTPLUGSWITCH', mac: '50-C7-BF-00-00-FF' };
    const answer = Buffer.concat([Buffer.alloc(16), Buffer.from(JSON.stringify({ result, error_code: 0 }))]);
    const found = { identity: '50c7bf0000ff', supported: false, note: 'firmware not supported', model: 'HS110(UK)' };
    expect(klap.found(answer, '192.168.1.7')).toMatchObject(found);
  });
});

async function started(
  model: KasaPlug['model'],
  more: Partial<KasaPlug> = {},
  clock: Clock = systemClock,
): Promise<SimulatedKasa> {
  const plug = kasaPlug({ model, address: ownLoopback(), alias: 'Kettle', mac: MAC, ...more }, clock);
  await plug.start();
  return plug;
}
