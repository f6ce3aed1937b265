import { describe, expect, test } from 'vitest';
import { account, answerFrom, get, got, HOUR, models, NOW, plug, save } from './shaper-door.ts';

describe('a car', () => {
  const car = (more: object = {}) => ({
    ...{
      device: 'openevse',
      device_type: 'openevse',
      soc_source: 'input',
      battery_capacity: 40,
      charge_rate: 7.5,
      target_soc: 0.8,
    },
    ...{ balpercentage: 0.9, baltime: 2, ovms_carpass: 'canary', ...more },
  });

  test.each<[what: string, more: object, expected: object, period: number]>([
    [
      'a stated level',
      { soc_source: 'ovms', current_soc: 0.2 },
      { need: { kind: 'charge', current: { level: 0.2 } }, powerW: 7500 },
      3.2,
    ],
    [
      'nothing tells the level: the run length that was sent counts, and no 20 per cent',
      { soc_source: 'input', period: 2 },
      { need: { kind: 'time', seconds: 7200 } },
      2,
    ],
    ['energy', { soc_source: 'energy', charge_energy: 15 }, { need: { kind: 'energy', wh: 15_000 } }, 2],
    [
      'distance',
      { soc_source: 'distance', charge_distance: 60, car_economy: 4 },
      { need: { kind: 'energy', wh: 15_000 } },
      2,
    ],
    ['time', { soc_source: 'time', period: 5 }, { need: { kind: 'time', seconds: 18_000 } }, 5],
  ])('%s', async (_what, more, expected, period) => {
    const id = await plug('openevse', 'openevse2', 'Car');
    expect(await save(car(more))).toMatchObject({ success: true });
    expect(models.schedules.ofDevice(id)).toMatchObject([expected]);
    const { schedule } = await got('get', { device: 'openevse' });
    expect(schedule.settings.period).toBeCloseTo(period);
    expect(schedule.settings).toMatchObject({ device_type: 'openevse', charge_rate: 7.5, ovms_carpass: 'canary' });
    // Whoever only reads does not learn how to ask the car.
    expect(await get('get', { device: 'openevse' }, 'read')).not.toContain('canary');
    expect(await get('schedules', {}, 'read')).not.toContain('canary');
  });

  test('an input tells the level', async () => {
    const id = await plug('openevse', 'openevse2', 'Car');
    const reading = { node: 'openevse', time: NOW, values: [['soc', 50]] as [string, number][] };
    await models.inputs.receive(account, [reading]);
    await save(car());
    const [schedule] = models.schedules.ofDevice(id);
    expect(schedule).toMatchObject({ need: { kind: 'charge', current: { input: expect.any(Number) } } });
    const { runtime } = (await got('get', { device: 'openevse' })).schedule;
    expect(runtime.timeleft).toBe(Math.round(((0.3 * 40) / 7.5) * HOUR));
  });

  test.each<[what: string, answer: string, expected: object]>([
    ['what OVMS tells', 'a,soc,b\n1,56,"x"\n', { soc: 56, a: '1', b: 'x' }],
    [
      'no state of charge is never 20',
      'a,soc,b\n1,,2\n',
      { success: false, message: 'OVMS did not tell the state of charge' },
    ],
    ['no CSV', 'Login failed', { success: false, message: 'OVMS did not tell the state of charge' }],
  ])('%s', async (_what, body, expected) => {
    const asked: string[] = [];
    answerFrom(async (url) => {
      asked.push(url);
      return { status: 200, body, retryAfter: null };
    });
    expect(await got('ovms', { vehicleid: 'CAR&x=1', carpass: 'p' })).toEqual(expected);
    expect(asked[0]).toMatch(/^https:\/\/dexters-web\.de\/api\/call\?.*fn\.vehicleid=CAR%26x%3D1&fn\.carpass=p&/);
    expect(await got('ovms', {})).toMatchObject({ success: false });
  });
});
