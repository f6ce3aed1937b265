import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { account, app, decided, EIGHT, get, got, HOUR, models, NOW, plug, save, settings } from './shaper-door.ts';

describe('save and get', () => {
  test('a plug by eight: kept, planned, and the same again', async () => {
    const id = await plug();
    expect(await got('get', { device: 'plug1' })).toEqual({ schedule: {} });
    expect(await save()).toEqual({ success: true, message: 'Saved to disk' });
    expect(await save()).toEqual({ success: true, message: 'Saved to redis only' });
    const { schedule } = await got('get', { device: 'plug1' }, 'read');
    expect(schedule.settings).toEqual(settings({ device_name: 'Boiler' }));
    // A flat price: the earliest of equals, from now and not from the half-hour's start.
    const periods = [{ start: [NOW, 20.167], end: [NOW + 3 * HOUR, 23.167] }];
    expect(schedule.runtime).toEqual({ started: true, periods, timeleft: 3 * HOUR, last_update_from_device: 0 });
    expect(models.schedules.ofDevice(id)).toMatchObject([
      { mode: 'smart', readyBy: '08:00', mix: [{ source: 'energylocal', weight: 1 }] },
    ]);
    expect(models.schedules.ofDevice(id)).toHaveLength(1);
  });

  test('what the hub has decided is what is told', async () => {
    const id = await plug();
    await save({ interruptible: 1 });
    const [schedule] = models.schedules.ofDevice(id);
    const periods = [[NOW + 7200, NOW + 9000]] as const;
    decided.set(id, { schedule: schedule ?? null, periods, need: 10_800, delivered: 9000, powerW: null });
    const { runtime } = (await got('get', { device: 'plug1' })).schedule;
    expect(runtime).toMatchObject({ started: true, timeleft: 1800, periods: [{ start: [NOW + 7200, 22.167] }] });
  });

  test.each<[what: string, more: object, expected: object]>([
    [
      'numbers as text',
      { period: '1.5', end: '7.5', end_timestamp: '0', interruptible: '1' },
      { need: { kind: 'time', seconds: 5400 }, readyBy: '07:30', interruptible: true },
    ],
    ['minutes are rounded with their carry', { end: 7.999, end_timestamp: 0 }, { readyBy: '08:00' }],
    ['the deadline in Unix time comes first', { end: 3, end_timestamp: EIGHT - 1800 }, { readyBy: '07:30' }],
    ['one some days ahead', { end_timestamp: EIGHT + 3 * 86_400 }, { readyBy: '08:00', pausedUntil: '2026-07-19' }],
    ['one that is over is the next', { end: 8, end_timestamp: 1 }, { readyBy: '08:00', pausedUntil: null }],
    ['run once', { on_completion: 'off' }, { onCompletion: 'off' }],
    [
      'a timer over midnight',
      {
        ctrlmode: 'timer',
        timer: [
          { start: 22.5, end: 1 },
          { start: 0, end: 0 },
        ],
      },
      { mode: 'timer', timer: [{ from: '22:30', to: '01:00' }] },
    ],
    ['a timer without times is on never', { ctrlmode: 'timer' }, { mode: 'off', timer: [] }],
    ['nothing to run', { period: 0 }, { need: { kind: 'time', seconds: 0 } }],
    ['on', { ctrlmode: 'on' }, { mode: 'on' }],
    [
      'forecasts this household has',
      {
        forecast_config: [
          { name: 'simpleoffpeak', weight: 1 },
          { name: 'grid', weight: -0.5 },
          { name: 'nobody', weight: 1 },
        ],
      },
      {
        mix: [
          { source: 'night', weight: 1 },
          // A penny and a gram there are a pound and a kilogram here.
          { source: 'grid', weight: -5 },
        ],
      },
    ],
  ])('%s', async (_what, more, expected) => {
    const id = await plug();
    const windows = [{ from: '00:30', to: '04:30', price: 0.05 }];
    await models.forecasts.add(account, { name: 'night', provider: 'off-peak', params: { windows, otherwise: 0.16 } });
    await models.forecasts.add(account, { name: 'grid', provider: 'carbon-intensity', params: {} });
    expect(await save(more)).toMatchObject({ success: true });
    expect(models.schedules.ofDevice(id)).toMatchObject([expected]);
  });

  test('forecasts that EmonCMS names are set up with the params they bring, once', async () => {
    const id = await plug();
    const forecast_config = [
      { name: 'octopusagile', gsp_id: 'C', weight: 1 },
      { name: 'carbonintensity', weight: 0.1 },
      { name: 'solcast', siteid: 'abcd-1234', api_key: 'secret-key', weight: -2 },
      { name: 'energylocal', club: 'repower', weight: 0 },
      { name: 'nordpool', area: 'DK2', signal_token: 'x', weight: 0 },
      { name: 'simpleoffpeak', peak: 20, offpeak: 7, offpeakstart: 23.5, offpeakend: 5, weight: 0 },
    ];
    for (const _ of [1, 2]) expect(await save({ forecast_config })).toMatchObject({ success: true });
    const sources = models.forecasts.sources(account);
    expect(sources.map(({ name, provider }) => [name, provider])).toEqual([
      ['octopusagile', 'octopus-agile'],
      ['carbonintensity', 'carbon-intensity'],
      ['solcast', 'solcast'],
      ['energylocal', 'energy-local'],
      ['nordpool', 'nord-pool'],
      ['simpleoffpeak', 'off-peak'],
    ]);
    expect(sources[0]?.params).toMatchObject({ region: 'C' });
    expect(sources[4]?.params).toMatchObject({ area: 'DK2', vat: 25 });
    const windows = [{ from: '23:30', to: '05:00', price: 0.07 }];
    expect(sources[5]?.params).toMatchObject({ windows, otherwise: 0.2 });
    expect(models.schedules.ofDevice(id)[0]?.mix).toEqual([
      { source: 'octopusagile', weight: 1 },
      { source: 'carbonintensity', weight: 1 },
      // More is better, so the weight that is negative there is positive here.
      { source: 'solcast', weight: 0.02 },
      ...['energylocal', 'nordpool', 'simpleoffpeak'].map((source) => ({ source, weight: expect.closeTo(0, 9) })),
    ]);
    expect((await got('get', { device: 'plug1' })).schedule.settings.forecast_config).toEqual(forecast_config);
    expect(await save({ forecast_config: [{ name: 'octopusagile', gsp_id: 'A', weight: 1 }] })).toMatchObject({
      success: true,
    });
    expect(models.schedules.ofDevice(id)[0]?.mix).toEqual([{ source: 'octopusagile-2', weight: 1 }]);
    const list = await got('forecast-list', {}, 'read');
    expect(list.octopusagile.name).toBe('Octopus Energy');
    const [read] = [await got('forecast', { config: JSON.stringify([{ name: 'simpleoffpeak', weight: 1 }]) }, 'read')];
    expect([...new Set(read.profile)].sort()).toEqual([20, 7]);
  });

  test.each<[what: string, sent: string, message: string]>([
    ['no device', JSON.stringify({ settings: { period: 3 } }), 'Missing device parameter in schedule object'],
    ['no object', 'nonsense', 'Missing device parameter in schedule object'],
    ['an unknown device', JSON.stringify({ settings: settings({ device: 'nobody' }) }), 'device does not exist'],
    ['no such mode', JSON.stringify({ settings: settings({ ctrlmode: 'party' }) }), 'ctrlmode: '],
    ['a negative run', JSON.stringify({ settings: settings({ period: -1 }) }), 'period: '],
    [
      'a device that only reports',
      JSON.stringify({ settings: settings({ device: 'meter' }) }),
      'meter cannot be switched',
    ],
  ])('%s is refused', async (_what, schedule, message) => {
    await models.devices.create(account, 'meter', {});
    const answer = await got('save', { schedule });
    expect(answer).toMatchObject({ success: false });
    expect(answer.message).toContain(message);
    expect(models.schedules.list(account)).toEqual([]);
  });

  test('a name with an ampersand arrives, although EmonCMS’s page does not encode it', async () => {
    const id = await plug();
    const body = `schedule=${JSON.stringify({ settings: settings({ device_name: 'Wash & dry', period: 2 }) })}`;
    const type = 'application/x-www-form-urlencoded; charset=UTF-8';
    const post = request(app).post('/demandshaper/save').query({ apikey: 'write' }).set('Content-Type', type);
    expect((await post.send(body)).body).toMatchObject({ success: true });
    expect(models.schedules.ofDevice(id)).toMatchObject([{ need: { seconds: 7200 } }]);
  });

  test('a schedule made in Hearth is shown in EmonCMS’s words, and keeps what they do not say', async () => {
    const device = await plug();
    const never = [{ from: '17:00', to: '19:00' }];
    const repeat = { weekdays: [1, 2, 3, 4, 5], holidays: 'as-usual' as const };
    const { scheduleSchema } = await import('../models/schedule/schedule.ts');
    await models.schedules.create(account, scheduleSchema.parse({ device, readyBy: '06:45', never, repeat }));
    const { schedule } = await got('get', { device: 'plug1' });
    expect(schedule.settings).toMatchObject({ end: 6.75, period: 3, forecast_config: [{ name: 'tariff', weight: 1 }] });
    await save({ ...schedule.settings, period: 4 });
    expect(models.schedules.ofDevice(device)).toMatchObject([{ never, repeat, need: { seconds: 14_400 }, mix: [] }]);
  });
});

describe('set-device-settings', () => {
  test('changes some, answers with the runtime part, and says what is wrong in a plain sentence', async () => {
    const id = await plug();
    await save();
    const answer = await got('set-device-settings', {
      device: 'plug1',
      settings: JSON.stringify({ period: 1, odd: 2 }),
    });
    expect(answer).toMatchObject({ timeleft: HOUR, periods: [{ start: [NOW, 20.167], end: [NOW + HOUR, 21.167] }] });
    expect(models.schedules.ofDevice(id)).toMatchObject([{ need: { seconds: HOUR }, readyBy: '08:00' }]);
    await got('set-device-settings', { device: 'plug1', settings: JSON.stringify({ end: 6 }) });
    expect(models.schedules.ofDevice(id)).toMatchObject([{ readyBy: '06:00' }]);
    const wrong = await got('set-device-settings', { device: 'plug1', settings: '{"end":99}' });
    expect(wrong).toMatch(/^end: /);
    expect(await got('set-device-settings', { device: 'x', settings: '{}' })).toBe('Device does not exist');
  });
});

describe('plans that are not saved', () => {
  test('the forecast of the day ahead by half-hours', async () => {
    await models.forecasts.add(account, {
      name: 'night',
      provider: 'off-peak',
      params: { windows: [{ from: '00:30', to: '04:30', price: 0.05 }], otherwise: 0.16 },
    });
    expect(await got('forecast-list', {}, 'read')).toMatchObject({ night: { category: 'Tariffs', params: {} } });
    const config = JSON.stringify([{ name: 'simpleoffpeak', weight: 1 }]);
    const found = await got('forecast', { config }, 'read');
    const start = NOW - 600;
    expect(found).toMatchObject({ start, end: start + 86_400, interval: 1800, optimise: 0 });
    expect(found.profile).toHaveLength(48);
    const periods = await got('schedule', { config, period: 3 * HOUR, end: EIGHT, interruptible: 0 }, 'read');
    expect(periods).toEqual([
      { start: [Date.UTC(2026, 6, 15, 23, 30) / 1000, 0.5], end: [Date.UTC(2026, 6, 16, 2, 30) / 1000, 3.5] },
    ]);
    expect(await got('schedule', { config, period: 3 * HOUR, end: NOW - 1, interruptible: 0 })).toEqual([]);
    // As much as fits, and nothing after the deadline.
    const short = await got('schedule', { config, period: 3 * HOUR, end: NOW + 2700, interruptible: 1 });
    expect(short).toMatchObject([{ start: [NOW, 20.167], end: [NOW + 2700, 20.917] }]);
    expect(await got('forecast', { config: '{"a":1}' })).toMatchObject({ success: false });
  });

  test('the windows of timers', async () => {
    const config = JSON.stringify([
      { start: 22, end: 1.5 },
      { start: 0, end: 0 },
    ]);
    const periods = await got('timer', { config, forecast_start: NOW, forecast_end: NOW + 86_400 });
    expect(periods).toEqual([
      { start: [Date.UTC(2026, 6, 15, 21) / 1000, 22], end: [Date.UTC(2026, 6, 16, 0, 30) / 1000, 1.5] },
    ]);
  });
});

describe('the first version', () => {
  const submit = (more: object) =>
    got('submit', { schedule: JSON.stringify({ device: 'plug1', end: 8, period: 3, interruptible: false, ...more }) });

  test.each<[what: string, more: object, expected: object]>([
    [
      'weekdays',
      { repeat: [1, 1, 1, 1, 1, 0, 0] },
      { repeat: { weekdays: [1, 2, 3, 4, 5] }, once: null, ahead: 86_400 },
    ],
    ['once', { runonce: true, repeat: [0, 0, 0, 0, 0, 0, 0] }, { repeat: null, once: '2026-07-16' }],
    ['once, asked for just now', { runonce: NOW - 60 }, { repeat: null, once: '2026-07-16' }],
    [
      'once, asked for long ago',
      { runonce: NOW - 90_000, repeat: [0, 0, 1, 0, 0, 0, 0] },
      { repeat: { weekdays: [3] } },
    ],
    ['never', { repeat: [0, 0, 0, 0, 0, 0, 0] }, { mode: 'off' }],
    ['switched off', { active: 0 }, { mode: 'off' }],
  ])('%s', async (_what, more, expected) => {
    const id = await plug();
    expect((await submit(more)).schedule).toMatchObject({ device: 'plug1', end: 8, period: 3 });
    expect(models.schedules.ofDevice(id)).toMatchObject([expected]);
  });

  test('basic ends exactly at its end', async () => {
    await plug();
    const { schedule } = await submit({ basic: 1 });
    expect(schedule.runtime.periods).toMatchObject([{ start: [EIGHT - 3 * HOUR, 5], end: [EIGHT, 8] }]);
    expect((await got('get', { device: 'plug1' })).schedule).toMatchObject({ basic: 1, repeat: [1, 1, 1, 1, 1, 1, 1] });
  });
});

describe('the rest', () => {
  test('lists, the device’s own word, the log, removal', async () => {
    const id = await plug();
    await plug('plug2');
    await models.devices.create(account, 'meter', {});
    await save();
    const boiler = { type: 'smartplug', device_name: 'Boiler' };
    expect(await got('list', {}, 'read')).toMatchObject({ plug1: { id, ...boiler }, plug2: boiler });
    expect(Object.keys(await got('schedules'))).toEqual(['plug1']);
    expect(await got('get-state', { device: 'plug1' })).toBe(false);
    await models.states.report(id, { on: true, at: NOW, wish: false });
    expect(await got('get-state', { device: 'plug1' })).toMatchObject({
      ctrl_mode: 'timer',
      timer_start1: 20.167,
      timer_stop1: 23.167,
    });
    await models.states.want(id, true, 'schedule', 'cheapest');
    expect(await get('log', { filter: 'plug1', last: 5 })).toBe(
      '2026-07-15T19:10:00.000Z plug1 on schedule: cheapest (done)\n',
    );
    expect(await get('log', { filter: 'plug2' })).toBe('');
    expect(await got('delete', { device: 'plug1' })).toEqual({ success: true, message: 'device deleted' });
    expect(await got('delete', { device: 'plug1' })).toEqual({ success: false, message: 'device does not exist' });
    await save();
    expect(await get('clearall')).toBe('schedules cleared');
    expect(models.schedules.list(account)).toEqual([]);
  });

  test('the page is Hearth’s', async () => {
    const id = await plug();
    const page = () => request(app).get('/demandshaper').query({ apikey: 'write', device: 'plug1' });
    expect((await page()).headers.location).toBe(`/schedules/new?device=${id}`);
    await save();
    expect((await page()).headers.location).toBe(`/schedules/${models.schedules.ofDevice(id)[0]?.id}`);
  });

  const WRITES = ['save', 'set-device-settings', 'submit', 'delete', 'clearall', 'ovms', 'log'];
  const READS = ['forecast-list', 'forecast', 'schedule', 'timer', 'get', 'list', 'schedules', 'get-state'];
  test.each(WRITES)('%s needs more than a read key', async (path) => {
    await plug();
    await save();
    const query = {
      device: 'plug1',
      schedule: JSON.stringify({ settings: settings({ period: 1 }) }),
      settings: '{"period":1}',
    };
    expect(await got(path, query, 'read')).toBe(false);
    expect(models.schedules.list(account)).toMatchObject([{ need: { seconds: 10_800 } }]);
  });
  test.each(READS)('%s needs a key', async (path) => {
    expect(await got(path, {}, 'nobody')).toBe(false);
  });

  test('another household neither sees nor changes it', async () => {
    await plug();
    await save();
    expect(await got('get', { device: 'plug1' }, 'neighbour')).toEqual({ schedule: {} });
    expect(await got('list', {}, 'neighbour')).toEqual({});
    expect(await save({ period: 1 }, 'neighbour')).toMatchObject({ success: false });
    expect(await got('delete', { device: 'plug1' }, 'neighbour')).toMatchObject({ success: false });
    await get('clearall', {}, 'neighbour');
    expect(models.schedules.list(account)).toMatchObject([{ need: { seconds: 10_800 } }]);
  });
});
