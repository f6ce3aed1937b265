import { expect, test } from 'vitest';
import { isPartOfHouse, readMeterName } from './meter-names.ts';

const CASES: readonly [string, boolean, string][] = [
  ['active_power_w', true, 'W'],
  ['power1', true, 'W'],
  ['power', true, 'W'],
  ['ct1', true, 'W'],
  ['CT2', true, 'W'],
  ['gridPower', true, 'W'],
  ['grid', true, 'W'],
  ['heatpump_w', true, 'W'],
  ['Leistung', true, 'W'],
  ['watts', true, 'W'],
  ['solar', true, 'W'],
  ['power_factor', false, ''],
  ['reactive_power', false, ''],
  ['power_kw', false, 'kW'],
  ['kitchen_wh', false, 'Wh'],
  ['import_kwh', false, 'kWh'],
  ['voltage_v', false, 'V'],
  ['current_a', false, 'A'],
  ['temperature', false, '°C'],
  ['humidity', false, '%'],
  ['house_energy', false, ''],
  ['pulsecount', false, ''],
  ['1', false, ''],
  ['winter', false, ''],
];

test.each(CASES)('%s', (name, power, unit) => {
  const found = readMeterName(name);
  expect({ power: found.power, unit: found.unit }).toEqual({ power, unit });
});

test('the whole house outranks a part of it', () => {
  const names = ['solar', 'kitchen_w', 'ct3', 'active_power_w'];
  expect(names.sort((a, b) => readMeterName(b).rank - readMeterName(a).rank)[0]).toBe('active_power_w');
});

test.each([
  ['openevse', true],
  ['openevse4', true],
  ['Wallbox-1', true],
  ['smartplug1272', true],
  ['emonpi', false],
  ['meter', false],
  ['websocket', false],
])('the node %s is one device of the house: %s', (node, is) => {
  expect(isPartOfHouse(node)).toBe(is);
});
