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
  return filtersOf(device({ family: 'x', ...fields }), new Map([['x', driver]]));
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
    const own = filtersOf(device({ family, identity: 'aabbcc001122' }), new Map([[family, driver]]));
    for (const filter of own) expect(filter).toMatch(/^[^+#$/]+(\/|$)/);
    expect(own).toContain('emon/plug/#');
  }
});
