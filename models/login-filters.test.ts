import { expect, test } from 'vitest';
import type { Device } from './device.ts';
import { DRIVERS } from './drivers/registry.ts';
import { filtersOf } from './login-filters.ts';

function device(fields: Partial<Device>): Device {
  const base = { id: 1, account: 1, node: 'plug', name: 'plug', identity: 'abc', address: null, settings: {} };
  return { ...base, family: '', ...fields } as Device;
}

function filters(topics: readonly string[], fields: Partial<Device> = {}) {
  const driver = { ...DRIVERS.get('emonesp'), topics: () => topics } as never;
  return filtersOf(device({ family: 'x', ...fields }), new Map([['x', driver]]), []);
}

test.each([
  ['what the driver speaks on', ['tele/kettle/#', 'shelly-1/#'], ['tele/kettle/#', 'shelly-1/#']],
  ['no filter of everybody’s', ['#', '+/x', 'emon/#', 'tele/+/STATE', '$SYS/#', '/a', 'emon'], []],
])('beyond its node: %s', (_what, topics, expected) => {
  expect(filters(topics)).toEqual(['emon/plug/#', ...expected]);
});

test('a node that is no topic level gives no filter', () => {
  expect(filters([], { node: 'a b:c' })).toEqual([]);
});

test('every family keeps to its own', () => {
  for (const [family, driver] of DRIVERS) {
    const own = filtersOf(device({ family, identity: 'aabbcc001122' }), new Map([[family, driver]]), []);
    for (const filter of own) expect(filter).toMatch(/^[^+#$/]+(\/|$)/);
    expect(own).toContain('emon/plug/#');
  }
});

test('a Tasmota with a login of its own may announce itself, as it does each time it connects', () => {
  const topics = { cmnd: 'cmnd/t', stat: 'stat/t', tele: 'tele/t' };
  const words = { online: 'Online', offline: 'Offline', on: 'ON', off: 'OFF' };
  const settings = { topics, ...words, relays: 2, relay: 1 };
  const own = filtersOf(device({ family: 'tasmota', identity: 'aabbcc001122.1', settings }), DRIVERS, []);
  expect(own).toContain('tasmota/discovery/AABBCC001122/#');
});

test('nothing below another device, whatever somebody wrote down for a relay', () => {
  const drivers = new Map([...DRIVERS]);
  const topics = { cmnd: 'cmnd/heater', stat: 'stat/heater', tele: 'tele/heater' };
  const words = { online: 'Online', offline: 'Offline', on: 'ON', off: 'OFF' };
  const heater = device({
    id: 2,
    node: 'heater',
    family: 'tasmota',
    identity: 'aabbcc001122',
    settings: { topics, ...words, relays: 1 },
  });
  const settings = { command: 'stat/heater/x', state: 'emon/heater/power', query: 'garden/pump/ask' };
  const relay = device({ family: 'mqtt-relay', settings });
  expect(filtersOf(relay, drivers, [relay, heater])).toEqual(['emon/plug/#', 'garden/pump/ask']);
});

test('the outlets of a strip share its topics', () => {
  const settings = { topic: 'shellypro4pm-aabbcc001122' };
  const outlets = [0, 1].map((id) =>
    device({ id, node: `n${id}`, family: 'shelly2', identity: `aabbcc001122.${id}`, settings }),
  );
  for (const outlet of outlets) expect(filtersOf(outlet, DRIVERS, outlets)).toContain('shellypro4pm-aabbcc001122/#');
});
