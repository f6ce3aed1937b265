import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { systemRandom } from '../../lib/random.ts';
import { isAskable } from '../../models/forecast/public-address.ts';
import { testFolder } from '../../test/stores.ts';
import { openCertificates } from './certificates.ts';
import { publicHttp } from './public-http.ts';

const HERE = { privateNetwork: false, loopback: true };
const NOWHERE = { privateNetwork: false, loopback: false };
const seen: { path: string; key: string | undefined; host: string | undefined }[] = [];
let server: Server;
let other: Server;
let port: number;

const answers: Record<string, RequestListener> = {
  '/good': (_req, res) => res.end('{"ok":true}'),
  '/empty': (_req, res) => res.writeHead(204).end(),
  '/busy': (_req, res) => res.writeHead(429, { 'retry-after': '120' }).end(),
  '/away': (_req, res) => res.writeHead(302, { location: '/good' }).end(),
  '/round': (_req, res) => res.writeHead(302, { location: '/round' }).end(),
  '/inside': (_req, res) => res.writeHead(302, { location: 'http://192.168.1.1/admin' }).end(),
  '/metadata': (_req, res) => res.writeHead(301, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
  '/file': (_req, res) => res.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/elsewhere': (_req, res) => res.writeHead(302, { location: `http://127.0.0.1:${addressOf(other)}/good` }).end(),
  '/huge': (_req, res) => {
    res.on('error', () => undefined);
    for (let part = 0; part < 40; part += 1) res.write('x'.repeat(100_000));
    res.end();
  },
  '/broken': (_req, res) => {
    res.writeHead(200, { 'content-length': '1000' }).write('half');
    setTimeout(() => res.destroy(), 20);
  },
  '/reset': (req) => req.socket.destroy(),
  '/never': () => undefined,
};

const listener: RequestListener = (req, res) => {
  const path = req.url ?? '';
  seen.push({ path, key: req.headers.authorization, host: req.headers.host });
  answers[path]?.(req, res);
};

function addressOf(of: Server): number {
  return (of.address() as AddressInfo).port;
}

beforeAll(async () => {
  [server, other] = [createServer(listener), createServer(listener)];
  for (const one of [server, other]) await new Promise<void>((done) => one.listen(0, '127.0.0.1', done));
  port = addressOf(server);
});
afterAll(() => {
  for (const one of [server, other]) {
    one.closeAllConnections();
    one.close();
  }
});

const fetch = publicHttp({ clock: systemClock, rules: HERE });

describe('a server is asked', () => {
  test.each<[path: string, status: number, body: string, retryAfter: string | null]>([
    ['/good', 200, '{"ok":true}', null],
    ['/empty', 204, '', null],
    ['/busy', 429, '', '120'],
    ['/away', 200, '{"ok":true}', null],
  ])('%s', async (path, status, body, retryAfter) => {
    expect(await fetch(`http://127.0.0.1:${port}${path}`, {})).toMatchObject({ status, body, retryAfter });
  });

  test.each<[what: string, path: string, why: RegExp]>([
    ['an answer without end', '/huge', /too long/],
    ['half an answer', '/broken', /broke off|reached/],
    ['a cut connection', '/reset', /cannot be reached/],
    ['redirects in a circle', '/round', /again and again/],
    ['a redirect into the house', '/inside', /public internet/],
    ['a redirect to a cloud’s metadata', '/metadata', /public internet/],
    ['a redirect to a file', '/file', /http/],
  ])('%s', async (_what, path, why) => {
    await expect(fetch(`http://127.0.0.1:${port}${path}`, {})).rejects.toThrow(why);
  });

  test('one that never answers is given up after twenty seconds', async () => {
    const clock = new ManualClock();
    const late = publicHttp({ clock, rules: HERE })(`http://127.0.0.1:${port}/never`, {});
    const refused = expect(late).rejects.toThrow(/in time/);
    clock.advance(20_000);
    await refused;
  });

  test('a name’s server that never answers is given up, too', async () => {
    const clock = new ManualClock();
    const late = publicHttp({ clock, rules: HERE, lookup: () => new Promise(() => undefined) })(
      'http://slow.example/',
      {},
    );
    const refused = expect(late).rejects.toThrow(/in time/);
    clock.advance(20_000);
    await refused;
  });

  test('the key goes along on the same server and nowhere else', async () => {
    const headers = { authorization: 'Bearer hush' };
    seen.length = 0;
    await fetch(`http://127.0.0.1:${port}/away`, headers);
    await fetch(`http://127.0.0.1:${port}/elsewhere`, headers);
    expect(seen.map(({ key }) => key)).toEqual(['Bearer hush', 'Bearer hush', 'Bearer hush', undefined]);
  });

  test('a certificate that nobody vouches for is not believed, and the name it is asked for is told', async () => {
    const names = ['prices.example'];
    const keys = await openCertificates({ folder: testFolder('tls'), names, clock: systemClock, random: systemRandom });
    let named = '';
    const tls = createTls({
      key: keys.key,
      cert: keys.cert,
      SNICallback: (name, done) => {
        named = name;
        done(null);
      },
    });
    await new Promise<void>((done) => tls.listen(0, '127.0.0.1', done));
    const guarded = publicHttp({ clock: systemClock, rules: HERE, lookup: async () => ['127.0.0.1'] });
    const url = `https://prices.example:${(tls.address() as AddressInfo).port}/good`;
    await expect(guarded(url, {})).rejects.toThrow(/cannot be reached \((SELF_SIGNED|UNABLE)/);
    expect(named).toBe('prices.example');
    tls.close();
  });

  test('a name is looked up once, and asked for at the address that was checked', async () => {
    let asked = 0;
    const lookup = async () => [asked++ === 0 ? '127.0.0.1' : '10.0.0.1'];
    const answer = await publicHttp({ clock: systemClock, rules: HERE, lookup })(
      `http://rebind.example:${port}/good`,
      {},
    );
    expect(answer.status).toBe(200);
    expect(asked).toBe(1);
    expect(seen.at(-1)?.host).toBe(`rebind.example:${port}`);
  });

  test.each<[what: string, url: string, ips: string[]]>([
    ['this machine', 'http://127.0.0.1/', []],
    ['this machine by name', 'http://localhost/', ['127.0.0.1']],
    ['this machine in other figures', 'http://2130706433/', []],
    ['this machine in hexadecimal', 'http://0x7f.1/', []],
    ['this machine by IPv6', 'http://[::1]/', []],
    ['this machine as IPv4 in IPv6', 'http://[::ffff:127.0.0.1]/', []],
    ['a public name of a private address', 'http://nas.example/', ['192.168.0.9']],
    ['one private address among public ones', 'http://both.example/', ['93.184.216.34', '10.1.1.1']],
    ['a name of nothing', 'http://none.example/', []],
    ['a password in the address', 'http://user:pw@example.org/', ['93.184.216.34']],
    ['another protocol', 'ftp://example.org/', ['93.184.216.34']],
  ])('never: %s', async (_what, url, ips) => {
    const guarded = publicHttp({ clock: systemClock, rules: NOWHERE, lookup: async () => ips });
    await expect(guarded(url, {})).rejects.toThrow(/public internet|http|password/);
  });
});

describe('which addresses may be asked', () => {
  const [world, house] = [NOWHERE, { privateNetwork: true, loopback: false }];
  test.each<[ip: string, open: boolean, withHouse: boolean]>([
    ['93.184.216.34', true, true],
    ['2606:2800:220:1::1', true, true],
    ['10.0.0.1', false, true],
    ['172.31.255.255', false, true],
    ['192.168.1.1', false, true],
    ['fd12::1', false, true],
    ['127.0.0.1', false, false],
    ['::1', false, false],
    ['::', false, false],
    ['0.0.0.0', false, false],
    ['169.254.169.254', false, false],
    ['169.254.1.1', false, false],
    ['fe80::1', false, false],
    ['fe80::1%eth0', false, false],
    ['fd00:ec2::254', false, false],
    ['100.64.0.1', false, false],
    ['198.18.0.1', false, false],
    ['224.0.0.1', false, false],
    ['255.255.255.255', false, false],
    ['ff02::1', false, false],
    ['::ffff:10.0.0.1', false, true],
    ['::ffff:169.254.169.254', false, false],
    ['::ffff:a9fe:a9fe', false, false],
    ['::127.0.0.1', false, false],
    ['64:ff9b::7f00:1', false, false],
    ['64:ff9b::5db8:d822', true, true],
    ['2002:7f00:1::', false, false],
    ['2002:a00:1::', false, true],
    ['2001:0:53aa::1', false, false],
    ['3fff:ffff::1', true, true],
    ['4000::1', false, false],
    ['nonsense', false, false],
  ])('%s', (ip, open, withHouse) => {
    expect([isAskable(ip, world), isAskable(ip, house)]).toEqual([open, withHouse]);
  });
});
