import { expect, it } from 'vitest';
import { DRIVERS } from './drivers/registry.ts';
import { hasSwitch } from './switchable.ts';

it.each([
  ['a plug of Shelly’s', { family: 'shelly2', type: 'plug', settings: {} }, true],
  ['a meter of Shelly’s that only measures', { family: 'shelly2', type: 'meter', settings: { topic: 'x' } }, false],
  ['a meter of Shelly’s with a relay', { family: 'shelly1', type: 'meter', settings: { relay: true } }, true],
  ['a meter on HTTP', { family: 'http-meter', type: 'meter', settings: {} }, false],
  ['what only posts', { family: '', type: '', settings: {} }, false],
  ['a plug-in that is gone', { family: 'plugin:gone', type: 'plug', settings: {} }, false],
])('%s', (_name, device, can) => {
  expect(hasSwitch(DRIVERS, device)).toBe(can);
});
