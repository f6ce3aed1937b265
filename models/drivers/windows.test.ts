import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import type { DeviceRef, Driver, OnPeriod, Ports } from './driver.ts';
import { emonesp } from './emonesp.ts';
import { openevse2 } from './openevse2.ts';
import { openevse4 } from './openevse4.ts';
import { tasmota } from './tasmota.ts';
import { ofTheDay, runNow } from './windows.ts';

/** A summer noon, at which London is an hour ahead of UTC. */
const NOON = Date.UTC(2026, 6, 1, 12) / 1000;
const at = (hours: number) => NOON + hours * 3600;

describe('what a device knows that has no date', () => {
  test.each<[what: string, periods: OnPeriod[], kept: OnPeriod[]]>([
    ['nothing', [], []],
    ['what is over is left out', [[at(-2), at(-1)]], []],
    ['minutes grow outwards, and carry', [[at(1) + 59, at(7.999)]], [[at(1), at(8)]]],
    [
      'no more than two',
      [
        [at(1), at(2)],
        [at(3), at(4)],
        [at(5), at(6)],
      ],
      [
        [at(1), at(2)],
        [at(3), at(4)],
      ],
    ],
    [
      'what meets is one',
      [
        [at(1), at(2) - 30],
        [at(2), at(3)],
        [at(5), at(6)],
      ],
      [
        [at(1), at(3)],
        [at(5), at(6)],
      ],
    ],
    ['tomorrow would come today', [[at(25), at(26)]], []],
    ['and so would the rest of tonight’s', [[at(22), at(30)]], [[at(22), at(24) - 60]]],
    ['a run of more than a day is cut to one', [[at(-20), at(10)]], [[at(0), at(10)]]],
    ['a day without an end is a day less a minute', [[at(0), at(48)]], [[at(0), at(24) - 60]]],
  ])('%s', (_, periods, kept) => {
    expect(ofTheDay(periods, NOON, 2)).toEqual(kept);
  });

  test('a run is ended half a minute late, and one too long to count as late as can be', () => {
    expect(runNow([[at(-1), at(1)]], NOON + 0.5)).toEqual({ seconds: 3630, until: at(1) + 30 });
    expect(runNow([[at(-1), at(100)]], NOON, 64_800)).toEqual({ seconds: 64_800, until: at(18) });
    expect(runNow([[at(0), at(1)]], at(1))).toBeNull();
  });
});

describe('what goes over the wire', () => {
  const plug = ref('emonesp', 'smartplug7');
  const older = ref('openevse2', 'emon/openevse');
  const newer = ref('openevse4', '0a1b2c3d4e5f', { topic: 'evse' });
  const topics = { cmnd: 'cmnd/heater', stat: 'stat/heater', tele: 'tele/heater' };
  const words = { online: 'Online', offline: 'Offline', on: 'ON', off: 'OFF' };
  const heater = ref('tasmota', 'a020a6000031', { topics, ...words, relay: 2, relays: 2 });
  const cleared = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((id) => ['evse/schedule/clear', `${8000 + id}`]);

  test.each<[what: string, Driver, DeviceRef, OnPeriod[], published: string[][]]>([
    [
      'half past two local is half past one of the plug',
      emonesp,
      plug,
      [[at(13.5), at(16.5)]],
      [
        ['emon/smartplug7/in/timer', '0130 0430 0000 0000'],
        ['emon/smartplug7/in/ctrlmode', 'Timer'],
      ],
    ],
    [
      'both timers, the second across midnight',
      emonesp,
      plug,
      [
        [at(1), at(2)],
        [at(11), at(13)],
      ],
      [
        ['emon/smartplug7/in/timer', '1300 1400 2300 0100'],
        ['emon/smartplug7/in/ctrlmode', 'Timer'],
      ],
    ],
    ['none ends both', emonesp, plug, [], [['emon/smartplug7/in/timer', '0000 0000 0000 0000']]],
    ['the charger goes by local time', openevse2, older, [[at(13.5), at(16.5)]], [rapi('$ST', '02 30 05 30')]],
    [
      'one that runs is begun first',
      openevse2,
      older,
      [[at(-1), at(1)]],
      [rapi('$FE', ''), rapi('$ST', '12 00 14 00')],
    ],
    ['noughts end its timer', openevse2, older, [], [rapi('$ST', '00 00 00 00')]],
    [
      'the newer one gets days as well, and is let go',
      openevse4,
      newer,
      [[at(13.5), at(16.5)]],
      [
        [
          'evse/schedule/set',
          JSON.stringify([
            { id: 8001, state: 'active', time: '02:30:00', days: ['thursday'] },
            { id: 8002, state: 'disabled', time: '05:30:00', days: ['thursday'] },
          ]),
        ],
        ...cleared,
        ['evse/override/set', 'clear'],
      ],
    ],
    [
      'without a plan it is off unless it is ordered on',
      openevse4,
      newer,
      [],
      [
        ['evse/schedule/set', JSON.stringify([{ id: 8002, state: 'disabled', time: '13:00:00', days: ['wednesday'] }])],
        ['evse/schedule/clear', '8001'],
        ...cleared,
      ],
    ],
    [
      'seconds above a hundred',
      tasmota,
      heater,
      [[at(-1), at(1)]],
      [
        ['cmnd/heater/PulseTime2', '3730'],
        ['cmnd/heater/POWER2', 'ON'],
      ],
    ],
    ['no end of its own', tasmota, heater, [[at(1), at(2)]], [['cmnd/heater/PulseTime2', '0']]],
  ])('%s', async (_, driver, device, periods, published) => {
    const said: string[][] = [];
    const publish = async (_account: number, topic: string, text: unknown) => void said.push([topic, `${text}`]);
    const ports = { mqtt: { publish }, clock: new ManualClock(NOON * 1000) } as unknown as Ports;
    await driver.setWindow?.(device, periods, ports, 'Europe/London');
    expect(said).toEqual(published);
  });
});

function rapi(name: string, args: string): string[] {
  return [`emon/openevse/rapi/in/${name}`, args];
}

function ref(family: string, identity: string, settings: DeviceRef['settings'] = {}): DeviceRef {
  return { id: 1, account: 1, node: identity, name: identity, family, identity, address: null, settings };
}
