import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProcesses } from '../app/connections/process.ts';
import { newStorage, startHub, type TestHub } from './hub.ts';
import { type Owner, PASSWORD, setUp, Visitor } from './visitor.ts';

/** Everything here that must never be read anywhere but where it was typed or shown, by what it is. */
const secrets = new Map<string, string>([['the password', PASSWORD]]);
const SMTP_PASSWORD = secret('the mail server’s password', 'canary smtp pass');
const storage = newStorage();
const letters: string[] = [];
let post: Server;
let hub: TestHub;
let owner: Owner;

beforeAll(async () => {
  post = await postOffice();
  const { port } = post.address() as { port: number };
  hub = await startHub(
    {
      HEARTH_LOG_LEVEL: 'trace',
      HEARTH_OPEN_REGISTRATION: '1',
      HEARTH_SMTP_URL: `smtp://mailer:${encodeURIComponent(SMTP_PASSWORD)}@127.0.0.1:${port}`,
    },
    storage,
  );
  owner = await setUp(hub.http);
  keysOf(owner);
}, 90_000);
afterAll(() => post?.close());

test('passwords and sessions, right and wrong, on every page that takes them', async () => {
  const wrong = secret('a wrong password', 'canary wrong password');
  const changed = secret('a new password', 'canary changed password');
  const { visitor, username } = owner;
  cookiesOf(visitor);
  await visitor.post('/account/password', { old: wrong, password: changed, new: changed });
  for (const password of [wrong, PASSWORD]) {
    const other = new Visitor(hub.http);
    await other.post('/sign-in', { username, password, remember: '1' });
    await other.get(`/sign-in?username=${username}&password=${encodeURIComponent(password)}`);
    await other.post('/user/login.json', { username, password });
    await other.get(`/user/auth.json?username=${username}&password=${encodeURIComponent(password)}`);
    cookiesOf(other);
  }
  const registered = secret('a password at registration', 'canary registration');
  const form = { username: 'gwen', password: registered, email: 'gwen@example.org', timezone: 'UTC' };
  const answer = await new Visitor(hub.http).post('/user/register.json', form);
  for (const [, key = ''] of answer.text.matchAll(/"([0-9a-f]{32})"/g)) secret('a key of another household', key);
  const planted = secret('a planted cookie', 's%3Acanaryplantedsession.canarysignature');
  await new Visitor(hub.http).get('/', { cookie: `EMONCMS_SESSID=${planted}` });
});

test('API keys, right and wrong, in every place a request has', async () => {
  const bogus = secret('a wrong key', 'canary0123456789abcdef0123456789');
  const near = secret('a key that is nobody’s', '0123456789abcdef0123456789abcdef');
  const visitor = new Visitor(hub.http);
  for (const key of [owner.read, owner.write, bogus, near]) {
    for (const path of ['/feed/list.json', '/nonsense', '/api/v1/feeds', '/api/v1/nothing', '/metrics', '/', '/live'])
      await visitor.get(`${path}?apikey=${key}`);
    await visitor.get('/feed/list.json', { authorization: `Bearer ${key}` });
    await visitor.get('/api/v1/feeds', { authorization: key });
    await visitor.get(`/input/list/${key}`);
    await visitor.post('/input/post', { apikey: key, node: 'n', fulljson: '{"power":1}' });
    await visitor.post('/input/bulk', { apikey: key, data: 'not [json' });
    await visitor.post(`/input/post?apikey=${key}&node=n&fulljson={broken`);
    await visitor.post('/sign-in', { username: key, password: key }, { origin: 'https://elsewhere.example' });
    await visitor.post('/feeds', { apikey: key }, { 'content-type': 'application/json' });
  }
  await owner.visitor.post('/account/keys', { which: 'write', key: 'write', kind: 'write' });
  keysOf(owner, (await owner.visitor.get('/account')).text);
});

test('MQTT logins, right and wrong, over TCP and WebSocket', async () => {
  const wrong = secret('a wrong MQTT password', 'canary mqtt password');
  for (const url of [hub.mqtt, `${hub.http.replace('http', 'ws')}/mqtt`]) {
    for (const [username, password] of [
      [owner.username, owner.write],
      [owner.username, wrong],
      [wrong, wrong],
    ] as const) {
      const options = { username, password, reconnectPeriod: 0, connectTimeout: 3000 };
      const client = await connectAsync(url, options, false).catch(() => null);
      await client?.publishAsync('emon/meter/power', 'not a number', { qos: 1 }).catch(() => undefined);
      await client?.publishAsync('forbidden/topic', '1').catch(() => undefined);
      await client?.endAsync(true);
    }
  }
});

test('invitations and reset links, used, used again and made up', async () => {
  const { visitor } = owner;
  await visitor.post('/people/invitations', { name: 'Nia', role: 'adult' });
  const invitation = linkSecret((await visitor.get('/people')).text, 'join');
  secret('an invitation', invitation);
  const nia = { username: 'nia', password: PASSWORD, email: 'nia@example.org', timezone: 'UTC', language: 'en' };
  const made = secret('a made-up link', 'canaryMadeUpLinkThatNobodySent0123456789');
  for (const token of [invitation, invitation, made, 'short']) {
    await new Visitor(hub.http).get(`/join/${token}`);
    await new Visitor(hub.http).post(`/join/${token}`, nia);
    await new Visitor(hub.http).post(`/join/${token}/more`, nia);
  }
  const person = /\/people\/(\d+)/.exec((await visitor.get('/people')).text)?.[1] ?? '';
  await visitor.post(`/people/${person}/password`);
  const reset = secret('a reset link', linkSecret((await visitor.get(`/people/${person}`)).text, 'reset'));
  const password = secret('a password after a reset', 'canary after reset');
  for (const token of [reset, reset, made]) {
    await new Visitor(hub.http).get(`/reset/${token}`);
    await new Visitor(hub.http).post(`/reset/${token}`, { password, new: password });
  }
});

test('reset links by mail, delivered and refused', async () => {
  for (const email of ['nia@example.org', 'gwen@example.org'])
    await new Visitor(hub.http).post('/forgotten', { email, username: email, name: email });
  await expect.poll(() => letters.length, { timeout: 10_000 }).toBe(2);
  for (const letter of letters) secret('a mailed reset link', linkSecret(letter, 'reset'));
  await expect.poll(() => hub.log(), { timeout: 10_000 }).toContain('550');
});

test('while MySQL hangs and dies, what it was told', { timeout: 40_000 }, async () => {
  const [pid = 0] = findProcesses(storage).filter((one) =>
    /maria|mysql/.test(readFileSync(`/proc/${one}/comm`, 'utf8')),
  );
  process.kill(pid, 'SIGSTOP');
  const password = secret('a password that MySQL never got', 'canary never stored');
  const form = { username: 'lost', password, email: 'lost@example.org', timezone: 'UTC' };
  const asked = [
    new Visitor(hub.http).post('/user/register.json', form),
    owner.visitor.post('/account/keys', { which: 'read', key: 'read', kind: 'read' }),
    owner.visitor.post('/people/invitations', { name: 'Lost', role: 'guest' }),
    owner.visitor.get(`/input/set.json?inputid=1&fields={"description":"x"}&apikey=${owner.write}`),
  ];
  await pause(1000);
  process.kill(pid, 'SIGKILL');
  const answers = await Promise.all(asked);
  for (const { text } of answers) for (const [key] of text.matchAll(/\b[0-9a-f]{32}\b/g)) secret('a late key', key);
  expect(answers.some(({ status }) => status >= 500)).toBe(true);
});

test('nothing of it is in what the hub and its stores wrote', async () => {
  expect(await hub.stop()).toBe(0);
  const logs = join(storage, 'logs');
  const written = new Map([
    ['stderr', hub.log()],
    ['stdout', hub.output()],
    ...readdirSync(logs).map((name) => [name, readFileSync(join(logs, name), 'utf8')] as const),
  ]);
  expect(written.get('stderr')).toContain('"msg":"request"');
  expect(secrets.size).toBeGreaterThan(20);
  const found: string[] = [];
  for (const [what, value] of secrets) {
    const forms = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)];
    forms.push(
      Buffer.from(value).toString('base64').replace(/=+$/, ''),
      new URLSearchParams({ v: value }).toString().slice(2),
    );
    for (const [place, text] of written) {
      const line = text.split('\n').find((one) => forms.some((form) => one.includes(form)));
      if (line !== undefined) found.push(`${what} (${value}) in ${place}: ${line.slice(0, 300)}`);
    }
  }
  expect(found).toEqual([]);
});

function secret(what: string, value: string): string {
  expect(value.length, what).toBeGreaterThan(8);
  secrets.set(`${what} ${secrets.size}`, value);
  return value;
}

function keysOf({ read, write }: Owner, page = ''): void {
  for (const key of [read, write, ...(page.match(/\b[0-9a-f]{32}\b/g) ?? [])]) secret('an API key', key);
}

/** The cookie as it travels, and the session's id in it, which is also its name in Redis. */
function cookiesOf(visitor: Visitor): void {
  const cookie = visitor.cookie('EMONCMS_SESSID');
  if (cookie === '') return;
  secret('a session cookie', cookie);
  secret('a session id', decodeURIComponent(cookie).replace(/^s:/, '').split('.')[0] ?? '');
}

function linkSecret(text: string, kind: 'join' | 'reset'): string {
  const plain = text.replace(/=\r?\n/g, '').replace(/=3D/g, '=');
  return new RegExp(`/${kind}/([\\w-]{20,})`).exec(plain)?.[1] ?? '';
}

/** A mail server that keeps what it is given, and refuses the second letter after reading it. */
async function postOffice(): Promise<Server> {
  const server = createServer((socket) => serve(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function serve(socket: Socket): void {
  let held = '';
  let reading = false;
  socket.on('error', () => undefined);
  socket.write('220 post.example.org ESMTP\r\n');
  socket.on('data', (chunk) => {
    held += chunk.toString('latin1');
    for (;;) {
      const end = reading ? held.indexOf('\r\n.\r\n') : held.indexOf('\r\n');
      if (end < 0) return;
      const said = held.slice(0, end);
      held = held.slice(end + (reading ? 5 : 2));
      if (reading) {
        reading = false;
        letters.push(said);
        socket.write(letters.length === 2 ? '550 no such box\r\n' : '250 kept\r\n');
      } else {
        reading = said === 'DATA';
        socket.write(answerTo(said));
      }
    }
  });
}

function answerTo(said: string): string {
  if (said.startsWith('EHLO')) return '250-post.example.org\r\n250 AUTH PLAIN LOGIN\r\n';
  if (said.startsWith('AUTH')) return '235 welcome\r\n';
  return said === 'DATA' ? '354 go on\r\n' : '250 fine\r\n';
}
