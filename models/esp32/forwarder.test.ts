import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { upstream } from '../../app/connections/upstream.ts';
import { Forwarding } from '../../app/services/forwarder.ts';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { Forwarder } from './forwarder.ts';
import type { Recorded } from './sensors.ts';
import { UpstreamQueue } from './upstream-queue.ts';

const reading = (time: number): Recorded => ({ identity: '240ac4000110', time, values: { temperature: 21 } });

describe('passing readings on', () => {
  let folder: string;
  let status: number;
  let bodies: { name: string; data: { name: string; timestamp: number }[] }[];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      bodies.push(JSON.parse(body));
      response.writeHead(status, { Location: 'http://127.0.0.1:9/' }).end('ok');
    });
  });
  let url: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hearth-upstream-'));
    [status, bodies] = [200, []];
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/telemetry/`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const open = async (to = url) => {
    const queue = new UpstreamQueue(folder);
    await queue.open();
    return { queue, forwarder: new Forwarder({ queue, name: 'hearth', post: upstream(to) }) };
  };
  const times = () => bodies.flatMap(({ data }) => data.map(({ timestamp }) => timestamp));

  test('goes in one envelope, with real times and the sensors’ own names', async () => {
    const { forwarder, queue } = await open();
    await forwarder.keep([reading(100), reading(110)]);
    await forwarder.keep([reading(120)]);
    expect(await forwarder.send()).toBe(true);
    expect(times()).toEqual([100, 110, 120]);
    expect(bodies[0]).toMatchObject({ name: 'hearth', data: [{ name: '24:0a:c4:00:01:10', temperature: 21 }, {}, {}] });
    expect(queue.length).toBe(0);
    expect(await forwarder.send()).toBe(true);
    expect(bodies).toHaveLength(1);
  });

  test.each([
    ['refuses', 503],
    ['sends elsewhere', 302],
    ['wants a login', 401],
  ])('waits while upstream %s, over restarts', async (_, refusal) => {
    status = refusal;
    const { forwarder } = await open();
    for (let time = 0; time < 120; time += 1) await forwarder.keep([reading(time)]);
    expect(await forwarder.send()).toBe(false);
    [status, bodies] = [202, []];
    const after = await open();
    expect(after.queue.length).toBe(120);
    expect(await after.forwarder.send()).toBe(true);
    expect(times()).toEqual(Array.from({ length: 120 }, (_, time) => time));
  });

  test('nobody there is no loss', async () => {
    const { forwarder, queue } = await open('http://127.0.0.1:9/');
    await forwarder.keep([reading(1)]);
    await expect(forwarder.send()).rejects.toThrow();
    expect(queue.length).toBe(1);
  });

  test('what a crash left half written or damaged holds nothing up', async () => {
    const { forwarder } = await open();
    await forwarder.keep([reading(1)]);
    writeFileSync(join(folder, '000000000000.json'), '[{"ident');
    writeFileSync(join(folder, '000000000009.json.new'), '[');
    const after = await open();
    expect(await after.forwarder.send()).toBe(true);
    expect(times()).toEqual([1]);
  });

  test('is tried every ten seconds, and less often while it fails', async () => {
    const clock = new ManualClock();
    let tries = 0;
    const queue = new UpstreamQueue(folder);
    await queue.open();
    const post = async () => {
      tries += 1;
      return 500;
    };
    const forwarder = new Forwarder({ queue, name: 'hearth', post });
    await forwarder.keep([reading(1)]);
    const service = new Forwarding({ forwarder, clock, log: createLog('silent') });
    service.start();
    for (let second = 0; second < 600; second += 1) {
      clock.advance(1000);
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (second === 10) await expect.poll(() => tries).toBe(1);
    }
    service.stop();
    expect(tries).toBeGreaterThan(2);
    expect(tries).toBeLessThan(8);
    clock.advance(1_000_000);
    expect(queue.length).toBe(1);
  });
});
