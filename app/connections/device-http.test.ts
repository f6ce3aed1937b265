import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { systemRandom } from '../../lib/random.ts';
import { deviceHttp } from './device-http.ts';

const servers: Server[] = [];
const clock = new ManualClock();
const http = deviceHttp({ clock, random: systemRandom, rules: { loopback: true } });

/** A device that answers as `listener` does; its address. */
async function device(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

test('gives the answer as it is', async () => {
  const address = await device((_req, res) => res.end('{"power": 3}'));
  const answer = await http.fetch(address, '/status');
  expect([answer.status, answer.text(), answer.json()]).toEqual([200, '{"power": 3}', { power: 3 }]);
});

test('sends a form', async () => {
  const address = await device((req, res) => {
    req
      .setEncoding('utf8')
      .on('data', (body: string) => res.end(`${req.method} ${req.headers['content-type']} ${body}`));
  });
  const ask = { method: 'POST', body: 'turn=on', type: 'application/x-www-form-urlencoded' } as const;
  expect((await http.fetch(address, '/relay/0', ask)).text()).toBe('POST application/x-www-form-urlencoded turn=on');
});

test('does not follow a redirect', async () => {
  const address = await device((_req, res) => res.writeHead(302, { location: 'http://169.254.169.254/' }).end());
  expect((await http.fetch(address, '/')).status).toBe(302);
});

test.each([
  ['no address of the house', '8.8.8.8', 'forbidden'],
  ['a cloud’s metadata', '169.254.169.254', 'forbidden'],
  ['no address at all', 'http://x', 'forbidden'],
  ['nobody there', '127.0.0.1:9', 'unreachable'],
])('refuses %s', async (_name, address, fault) => {
  await expect(http.fetch(address, '/')).rejects.toMatchObject({ name: 'DeviceError', fault });
});

test('refuses this machine unless simulators may live on it', async () => {
  const address = await device((_req, res) => res.end());
  const strict = deviceHttp({ clock, random: systemRandom, rules: { loopback: false } });
  await expect(strict.fetch(address, '/')).rejects.toMatchObject({ fault: 'forbidden' });
  await expect(strict.fetch(address.replace('127.0.0.1', 'localhost'), '/')).rejects.toMatchObject({
    fault: 'forbidden',
  });
});

test('waits so long and no longer', async () => {
  let asked: () => void = () => undefined;
  const came = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const address = await device(() => asked());
  const answer = http.fetch(address, '/', { timeoutMs: 700 }).catch((error: unknown) => error);
  await came;
  clock.advance(700);
  expect(await answer).toMatchObject({ fault: 'timeout' });
});

test('reads so much and no more', async () => {
  const address = await device((_req, res) => {
    const more = (): void => {
      if (!res.destroyed) res.write(Buffer.alloc(60_000), () => setImmediate(more));
    };
    more();
  });
  await expect(http.fetch(address, '/')).rejects.toMatchObject({ fault: 'too large' });
});

test('an answer that breaks off is none', async () => {
  const address = await device((_req, res) => {
    res.writeHead(200, { 'content-length': 100 });
    res.write('{', () => res.destroy());
  });
  await expect(http.fetch(address, '/')).rejects.toMatchObject({ name: 'DeviceError' });
});

test('logs in by digest with SHA-256, and only when asked', async () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const seen: string[] = [];
  const address = await device((req, res) => {
    const header = req.headers.authorization ?? '';
    seen.push(header.slice(0, 6));
    const field = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(header)?.[1] ?? '';
    const secret = hash('admin:shellyplus1:secret');
    const what = hash('GET:/rpc/Shelly.GetStatus');
    const right = hash(`${secret}:n0nce:${field('nc')}:${field('cnonce')}:auth:${what}`);
    if (field('response') === right) return res.end('in');
    const challenge = 'Digest qop="auth", realm="shellyplus1", nonce="n0nce", algorithm=SHA-256';
    return res.writeHead(401, { 'www-authenticate': challenge }).end();
  });
  const login = { user: 'admin', password: 'secret' };
  expect((await http.fetch(address, '/rpc/Shelly.GetStatus', { login })).text()).toBe('in');
  expect(seen).toEqual(['', 'Digest']);
  const wrong = { user: 'admin', password: 'guess' };
  await expect(http.fetch(address, '/rpc/Shelly.GetStatus', { login: wrong })).rejects.toMatchObject({
    fault: 'login',
  });
});

test('logs in by basic', async () => {
  const address = await device((req, res) => {
    if (req.headers.authorization === `Basic ${Buffer.from('a:b').toString('base64')}`) return res.end('in');
    return res.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
  });
  expect((await http.fetch(address, '/', { login: { user: 'a', password: 'b' } })).text()).toBe('in');
});
