import { expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import type { Device } from '../../models/device.ts';
import { type KeptSchedule, parseSchedule } from '../../models/schedule/schedule.ts';
import { ShaperStatus } from './shaper-status.ts';

test('tells every ten seconds what devices of the first version are to do, and nothing of the others', () => {
  const clock = new ManualClock();
  const said: [number, string, number][] = [];
  const kept = (id: number, device: number): KeptSchedule => ({ ...parseSchedule({ device }), id, account: 7 });
  const service = new ShaperStatus({
    clock,
    schedules: {
      all: () => [kept(1, 11), kept(2, 11), kept(3, 12), kept(4, 13)],
      extraOf: (id) => (id === 3 ? {} : { first: {} }),
    },
    devices: { find: (id) => ({ node: `plug${id}` }) as Device },
    states: { desired: (id) => (id === 11 ? { on: true, by: 'schedule', why: '', at: 0 } : null) },
    publish: (...all) => said.push(all),
  });
  service.start();
  clock.advance(9000);
  expect(said).toEqual([]);
  clock.advance(1000);
  const once = [
    [7, 'emon/plug11/status', 1],
    [7, 'emon/plug13/status', 0],
  ];
  expect(said).toEqual(once);
  clock.advance(10_000);
  expect(said).toEqual([...once, ...once]);
  service.stop();
  clock.advance(60_000);
  expect(said).toHaveLength(4);
});
