import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { systemRandom } from '../../lib/random.ts';
import { deviceHttp } from '../connections/device-http.ts';
import { compilePlugin, endCompiler, workerText } from './compile.ts';
import { PluginRunner } from './runner.ts';

const log = createLog('silent');
const http = deviceHttp({ clock: systemClock, random: systemRandom, rules: { loopback: true } });
const none = { fetch: async () => Promise.reject(new Error('nothing there')) };

let worker: string;
beforeAll(async () => {
  worker = await workerText();
});
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await endCompiler();
});

async function runnerOf(text: string, memory = () => 0, clock = new ManualClock()) {
  const said: string[] = [];
  const deps = { clock, log, worker, memory, said: (line: string) => void said.push(line) };
  const runner = new PluginRunner(deps, await compilePlugin('mine.ts', text));
  ends.push(() => runner.stop());
  return { runner, clock, said };
}

const plugin = (body: string, more = '') =>
  `export default { type: 'my:socket', ${more} async read(device, { http }) { ${body} } }`;

describe('a plug-in that behaves', () => {
  test('tells its type and what it can', async () => {
    const { runner } = await runnerOf(plugin('return { values: {} };', 'interval: 30, switch() {},'));
    expect(await runner.start()).toEqual({
      type: 'my:socket',
      interval: 30,
      can: { read: true, switch: true, identify: false },
    });
  });

  test('reads a device over the port it is given, sees no environment, and prints to the log', async () => {
    const server = await serve((_, res) => void res.end('{"watts": 12.5}'));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const body = `const said: { watts: number } = await http.json(device.address, '/status');
      console.log('got', said.watts);
      return { values: { power_w: said.watts }, on: typeof process !== 'undefined' || typeof fetch !== 'undefined' };`;
    const { runner, said } = await runnerOf(plugin(body));
    const result = await runner.call('read', [{ address }], http);
    expect(result).toEqual({ values: { power_w: 12.5 }, on: false });
    expect(said).toEqual(['got 12.5']);
  });

  test('reaches nothing outside the house', async () => {
    const { runner } = await runnerOf(plugin(`return await http.json('93.184.215.14', '/');`));
    await expect(runner.call('read', [{}], http)).rejects.toMatchObject({
      fault: 'forbidden',
      message: expect.stringContaining('own network'),
    });
  });
});

describe('what a plug-in does wrong is said and harms nobody', () => {
  const wrong: [what: string, body: string, says: RegExp][] = [
    ['throws', `throw new Error('no luck\\ntoday');`, /^The plug-in failed: no luck today\.$/],
    ['throws nothing', 'throw undefined;', /undefined/],
    ['rejects', `await Promise.reject('gone');`, /gone/],
    ['wants to end the hub', 'process.exit(1);', /process is not defined/],
    ['returns what is no JSON', 'const a: Record<string, unknown> = {}; a.a = a; return a;', /circular/],
    ['returns too much', `return 'x'.repeat(100_000);`, /too much/],
    ['asks for nonsense', `await http.fetch('127.0.0.1', 'no path');`, /path that begins/],
  ];
  test.each(wrong)('%s', async (_what, body, says) => {
    const { runner } = await runnerOf(plugin(body));
    await expect(runner.call('read', [{}], http)).rejects.toThrow(says);
    expect(runner.error?.message).toMatch(says);
    expect(runner.isPaused).toBe(false);
  });

  const deadly: [what: string, body: string, says: RegExp, waits: boolean][] = [
    ['loops for ever', 'for (;;);', /did not end in time/, true],
    ['never answers', 'await new Promise(() => {});', /did not end in time/, true],
    ['loops in the microtasks', 'for (;;) await 0;', /did not end in time/, true],
    [
      'takes all the heap',
      'const all: unknown[] = []; for (;;) all.push(new Array(10_000).fill(1.5));',
      /memory/,
      false,
    ],
    [
      'leaves a rejection',
      `Promise.reject(new Error('left behind')); await new Promise(() => {});`,
      /left behind/,
      false,
    ],
  ];
  test.each(deadly)('%s: a fresh thread after a pause', async (_what, body, says, waits) => {
    const { runner, clock } = await runnerOf(plugin(`if (device.bad) { ${body} } return { values: {} };`));
    await runner.start();
    const call = runner.call('read', [{ bad: true }], none);
    const other = runner.call('read', [{ bad: true }], none);
    const results = Promise.allSettled([call, other]);
    await new Promise(setImmediate);
    if (waits) clock.advance(10_000);
    for (const result of await results)
      expect(result).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(says) } });
    expect(runner.isPaused).toBe(true);
    await expect(runner.call('read', [{}], none)).rejects.toThrow(/paused/);
    clock.advance(1000);
    expect(await runner.call('read', [{}], none)).toEqual({ values: {} });
    expect(runner.error).toBeNull();
  });

  test('memory outside the heap', async () => {
    let held = 0;
    const { runner, clock } = await runnerOf(plugin('await new Promise(() => {});'), () => held);
    await runner.start();
    const call = expect(runner.call('read', [{}], none)).rejects.toThrow(/memory/);
    await new Promise(setImmediate);
    held = 300 * 1024 * 1024;
    clock.advance(200);
    await call;
  });

  test('the pause doubles up to a minute', async () => {
    const { runner, clock } = await runnerOf(
      plugin('setTimeout(() => { throw new Error("late"); }); await new Promise(() => {});'),
    );
    for (const pause of [1000, 2000, 4000]) {
      await expect(runner.call('read', [{}], none)).rejects.toThrow(/late/);
      clock.advance(pause - 1);
      expect(runner.isPaused).toBe(true);
      clock.advance(1);
      expect(runner.isPaused).toBe(false);
    }
  });

  const unusable: [what: string, text: string, says: RegExp][] = [
    ['no default export', 'export const a = 1;', /default export/],
    ['no type', 'export default { read() {} }', /type/],
    ['a type with markup', `export default { type: '<b>', read() {} }`, /type/],
    ['no read', `export default { type: 'a' }`, /can\.read/],
    ['throws at once', `throw new Error('born bad'); export default {};`, /born bad/],
  ];
  test.each(unusable)('%s', async (_what, text, says) => {
    const { runner } = await runnerOf(text);
    await expect(runner.start()).rejects.toThrow(says);
  });

  test.each([
    ['is no program', 'export default {', /line 1/],
    ['imports the file system', `import fs from 'node:fs'; export default fs;`, /imports node:fs/],
    ['requires a module', `export default { read: () => require('node:fs') }`, /imports node:fs/],
    ['imports when it runs', `export default { read: () => import('node:net') }`, /imports node:net/],
  ])('%s: is not taken', async (_what, text, says) => {
    await expect(compilePlugin('mine.ts', text)).rejects.toThrow(says);
  });
});

async function serve(listener: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  await vi.waitFor(() => expect(server.listening).toBe(true));
  return server;
}
