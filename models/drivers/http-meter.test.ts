import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { deviceMqtt } from '../../app/connections/device-mqtt.ts';
import { devicePorts } from '../../app/connections/device-ports.ts';
import { systemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { systemRandom } from '../../lib/random.ts';
import { driverConformance, type Fault } from '../../test/driver-conformance.ts';
import type { DeviceRef } from './driver.ts';
import { httpMeter } from './http-meter.ts';

interface Meter {
  readonly device: DeviceRef;
  answer: string;
  fault: Fault | null;
  stop(): Promise<void>;
}

async function meter(answer: string, settings: DeviceRef['settings'] = {}): Promise<Meter> {
  const server: Server = createServer((request, response) => {
    if (own.fault === 'silent') return;
    if (own.fault === 'garbled') return void response.end('<html>busy</html>');
    if (own.fault === 'huge') return void response.end(`[${'1,'.repeat(500_000)}1]`);
    response.statusCode = request.url === '/ajax/meterread' || request.url === '/all.json' ? 200 : 404;
    response.end(own.answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const identity = 'meterread';
  const device = { id: 1, account: 1, node: 'smartmeter', name: 'Meter', family: 'http-meter', identity };
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const own: Meter = { device: { ...device, address, settings }, answer, fault: null, stop };
  return own;
}

driverConformance(httpMeter, {
  start: async () => {
    const own = await meter('{"imkWh":"1.0","kW":"0.1"}');
    return {
      ...own,
      measure(power, energyWh = 0) {
        own.answer = JSON.stringify({
          imkWh: String(energyWh / 1000),
          kW: String(power / 1000),
          V: '241.2',
          time: 'x',
        });
      },
      async fail(fault) {
        own.fault = fault;
        if (fault === 'gone') await own.stop();
      },
      stop: own.stop,
    };
  },
});

describe('any JSON meter', () => {
  const ports = () => {
    const mqtt = deviceMqtt(async () => undefined, systemClock);
    const rules = { loopback: true };
    return devicePorts({ clock: systemClock, random: systemRandom, log: createLog('silent'), mqtt, rules });
  };
  const places = {
    power_w: { path: 'phases[1].kw', factor: 1000 },
    energy_wh: { path: 'sum.total', factor: 1 },
    voltage_v: { path: 'none.such', factor: 1 },
  };

  test.each([
    [
      'figures where they were said to be',
      '{"phases":[{},{"kw":-1.5}],"sum":{"total":"99"}}',
      { power_w: -1500, energy_wh: 99 },
    ],
    ['one that cannot be is unknown', '{"phases":[0,{"kw":1e9}],"sum":{"total":5}}', { power_w: null, energy_wh: 5 }],
    ['one that is no number is left out', '{"phases":[0,{"kw":true}],"sum":{"total":5}}', { energy_wh: 5 }],
  ])('%s', async (_, answer, values) => {
    const own = await meter(answer, { path: '/all.json', values: places });
    const reading = await httpMeter.read?.(own.device, ports()).finally(own.stop);
    expect(reading?.values).toEqual(values);
  });

  test.each([
    ['none of its figures', '{"a":1}', { path: '/all.json', values: places }],
    ['another status', '{}', { path: '/elsewhere', values: places }],
    ['settings that are none', '{}', { path: 'no slash' }],
  ])('%s is a fault and no reading', async (_, answer, settings) => {
    const own = await meter(answer, settings);
    await expect(httpMeter.read?.(own.device, ports()).finally(own.stop)).rejects.toThrow();
  });
});
