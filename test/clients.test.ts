import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { startHub, type TestHub } from './hub.ts';
import { testStores } from './stores.ts';

const stores = await testStores();
let hub: TestHub;
let keys: { read: string; write: string };

beforeAll(async () => {
  hub = await startHub({
    HEARTH_OPEN_REGISTRATION: '1',
    HEARTH_MYSQL_URL: stores.mysqlUrl,
    HEARTH_REDIS_URL: stores.redisUrl,
  });
  const form = 'username=emonpi&password=emonpimqtt2016&email=pi%40example.org&timezone=Europe%2FLondon';
  const { body } = await exchange(
    'POST /user/register.json',
    ['Content-Type: application/x-www-form-urlencoded'],
    form,
  );
  const made = JSON.parse(body) as { apikey_read: string; apikey_write: string };
  keys = { read: made.apikey_read, write: made.apikey_write };
}, 90_000);
afterAll(async () => {
  await hub?.stop();
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Sends the bytes of one request as its client writes them, and reads the answer. */
function exchange(request: string, headers: readonly string[] = [], body: string | Buffer = ''): Promise<Answer> {
  const { hostname, port, host } = new URL(hub.http);
  const version = / HTTP\/1\.\d$/.test(request) ? '' : ' HTTP/1.1';
  const length = body.length > 0 ? [`Content-Length: ${Buffer.byteLength(body)}`] : [];
  const head = [`${request}${version}`, `Host: ${host}`, ...headers, ...length, 'Connection: close', '', ''];
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write(Buffer.concat([Buffer.from(head.join('\r\n')), Buffer.from(body)]));
    });
    socket.on('error', reject);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => resolve(parseAnswer(Buffer.concat(chunks))));
  });
}

function parseAnswer(bytes: Buffer): Answer {
  const end = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = bytes.subarray(0, end).toString().split('\r\n');
  const header = (name: string) =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim() ?? '';
  const rest = bytes.subarray(end + 4);
  const body = header('transfer-encoding') === 'chunked' ? unchunked(rest) : rest;
  return { status: Number(first.split(' ')[1]), type: header('content-type'), body: body.toString() };
}

function unchunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const line = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, line).toString(), 16);
    if (size === 0) break;
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

/** The newest value of an input, as `[time, value]`. */
async function said(node: string, name: string): Promise<[number, number] | string> {
  const { body } = await exchange(`GET /input/get/${node}/${name}.json?apikey=${keys.read}`);
  const { time, value } = JSON.parse(body) as { time: number; value: number };
  return time === undefined ? body : [time, value];
}

const soon = (time: number) => Math.abs(time - systemClock.seconds()) < 60;

describe('emonhub', () => {
  const python = ['User-Agent: python-requests/2.31.0', 'Accept-Encoding: gzip, deflate', 'Accept: */*'];

  test('Python 2: the list unescaped in the body, the key in the address; it wants "ok" and nothing else', async () => {
    const now = systemClock.seconds();
    const answer = await exchange(
      `POST /emoncms/input/bulk.json?apikey=${keys.write}`,
      ['Accept-Encoding: identity', 'Content-Type: application/x-www-form-urlencoded', 'User-Agent: Python-urllib/2.7'],
      `data=[[${now - 10},10,82,23.5],[${now - 5},10,84,-23],[${now - 4},"emonth2",17,61.8]]&sentat=${now}`,
    );
    expect(answer).toMatchObject({ status: 200, body: 'ok' });
    const [time, value] = (await said('10', '2')) as [number, number];
    expect(value).toBe(-23);
    expect(Math.abs(time - (now - 5))).toBeLessThanOrEqual(5);
    expect(((await said('emonth2', '2')) as [number, number])[1]).toBe(61.8);
  });

  test('Python 3: a form, the key as bearer', async () => {
    const now = systemClock.seconds();
    const answer = await exchange(
      `POST /input/bulk.json?sentat=${now}`,
      [...python, `Authorization: Bearer ${keys.write}`, 'Content-Type: application/x-www-form-urlencoded'],
      `data=${encodeURIComponent(`[[${now},5,100.5,-59]]`)}`,
    );
    expect(answer).toMatchObject({ status: 200, body: 'ok' });
    expect(((await said('5', '1')) as [number, number])[1]).toBe(100.5);
  });

  test('with names: deflated, no content type', async () => {
    const now = systemClock.seconds();
    const frames = Array.from({ length: 40 }, (_, i) => [
      now - 40 + i,
      'emonPi2',
      { power1: i, vrms: 241.25, rssi: -59 },
    ]);
    const answer = await exchange(
      `POST /emoncms/input/bulk.json?sentat=${now}&cb=1`,
      [...python, `Authorization: Bearer ${keys.write}`],
      deflateSync(JSON.stringify(frames)),
    );
    expect(answer).toMatchObject({ status: 200, body: 'ok' });
    expect(((await said('emonPi2', 'power1')) as [number, number])[1]).toBe(39);
  });

  test('its report of the address is not understood, which it takes', async () => {
    expect((await exchange(`GET /myip/set.json?apikey=${keys.write}`, python)).status).toBe(406);
  });

  test('MQTT, a topic a value and JSON a node', async () => {
    const options = { protocolVersion: 4, username: 'emonpi', password: keys.write, clean: true } as const;
    const client = await connectAsync(hub.mqtt, { ...options, clientId: 'emonhub' });
    await client.publishAsync('emon/emonpi/power1', '812', { qos: 1 });
    await client.publishAsync('emon/emonTx4', '{"P1":12,"E1":3400,"Vrms":241.07,"time":1700000000.25}', { qos: 1 });
    await client.endAsync();
    const [time, value] = (await said('emonpi', 'power1')) as [number, number];
    expect([soon(time), value]).toEqual([true, 812]);
    expect(await said('emonTx4', 'Vrms')).toEqual([1_700_000_000, 241.07]);
  });
});

describe('ESP firmware: "ok", or JSON whose success is true', () => {
  const esp = ['User-Agent: ESP8266HTTPClient', 'Accept-Encoding: identity;q=1,chunked;q=0.1,*;q=0'];

  test('EmonESP', async () => {
    const json = '%7B%22temp1%22%3A21.5%2C%22freeram%22%3A31024%7D';
    const address = `/emoncms/input/post?fulljson=${json}&node=emonesp&apikey=${keys.write}`;
    const { status, body } = await exchange(`GET ${address}`, esp);
    expect([status, JSON.parse(body)]).toEqual([200, { success: true }]);
    expect(((await said('emonesp', 'temp1')) as [number, number])[1]).toBe(21.5);
  });

  test('EmonESP of 2016, with braces unescaped', async () => {
    const address = `/input/post.json?json={CT1:3935,psent:12,psuccess:11,freeram:20056}&node=oldesp&apikey=${keys.write}`;
    expect(await exchange(`GET ${address}`, esp)).toMatchObject({ status: 200, body: 'ok' });
    expect(((await said('oldesp', 'psent')) as [number, number])[1]).toBe(12);
  });

  test('OpenEVSE over HTTP', async () => {
    const json = encodeURIComponent(
      '{"amp":16000,"wh":5421,"temp1":312,"pilot":32,"state":3,"freeram":54000,"srssi":-61}',
    );
    const address = `/emoncms/input/post?fulljson=${json}&node=openevse&apikey=${keys.write}`;
    const { body } = await exchange(`GET ${address}`, ['User-Agent: Mongoose/6.18']);
    expect(JSON.parse(body)).toEqual({ success: true });
    expect(((await said('openevse', 'srssi')) as [number, number])[1]).toBe(-61);
  });

  test('OpenEVSE over MQTT, with a will and kept values', async () => {
    const client = await connectAsync(hub.mqtt, {
      protocolVersion: 4,
      clientId: 'openevse-7b2c',
      username: 'emonpi',
      password: keys.write,
      will: {
        topic: 'emon/openevse2/announce',
        payload: Buffer.from('{"state":"disconnected"}'),
        qos: 1,
        retain: true,
      },
    });
    await client.subscribeAsync('emon/openevse2/rapi/in/#');
    await client.publishAsync('emon/openevse2/amp', '16000', { qos: 1, retain: true });
    await client.endAsync();
    expect(((await said('openevse2', 'amp')) as [number, number])[1]).toBe(16_000);
  });

  test('a wrong key is not "ok"', async () => {
    const { status, body } = await exchange(
      `GET /input/post?fulljson=%7B%22a%22%3A1%7D&node=x&apikey=${'0'.repeat(32)}`,
      esp,
    );
    expect([status, body]).toEqual([401, 'Invalid API key']);
  });
});

describe('readers', () => {
  const feeds: Record<'power' | 'energy', number> = { power: 0, energy: 0 };
  const DAY = 86_400;
  beforeAll(async () => {
    for (const name of ['power', 'energy'] as const) {
      const options = encodeURIComponent('{"interval":3600}');
      const { body } = await exchange(
        `GET /feed/create.json?tag=house&name=${name}&engine=5&options=${options}&apikey=${keys.write}`,
      );
      feeds[name] = (JSON.parse(body) as { feedid: number }).feedid;
      const data = Array.from({ length: 49 }, (_, i) => [1_700_006_400 + i * 3600, name === 'power' ? 250.5 : i / 4]);
      await exchange(
        `POST /feed/insert.json?id=${feeds[name]}&apikey=${keys.write}`,
        ['Content-Type: application/x-www-form-urlencoded'],
        `data=${JSON.stringify(data)}`,
      );
    }
  });

  const volley = ['User-Agent: Dalvik/2.1.0 (Linux; U; Android 13; Pixel 6)', 'Accept-Encoding: gzip'];

  test('the Android app: list, both newest values, days, power', async () => {
    const list = await exchange(`GET /feed/list.json?apikey=${keys.read}`, volley);
    expect(JSON.parse(list.body)).toEqual([
      expect.objectContaining({ id: String(feeds.power), name: 'power', tag: 'house', engine: '5', value: 250.5 }),
      expect.objectContaining({ id: String(feeds.energy), name: 'energy', value: 12 }),
    ]);
    const now = await exchange(`GET /feed/fetch.json?apikey=${keys.read}&ids=${feeds.power},${feeds.energy}`, volley);
    expect(now.body).toBe('[250.5,12]');
    const start = 1_700_006_400_000;
    const days = await exchange(
      `GET /feed/data.json?apikey=${keys.read}&id=${feeds.energy}&start=${start}&end=${start + 2 * DAY * 1000}&interval=86400&skipmissing=1&limitinterval=1`,
      volley,
    );
    expect(JSON.parse(days.body)).toEqual([
      [start, 0],
      [start + DAY * 1000, 6],
      [start + 2 * DAY * 1000, 12],
    ]);
    const power = await exchange(
      `GET /feed/data.json?apikey=${keys.read}&id=${feeds.power}&start=${start + 123}&end=${start + 7_200_123}&interval=5&skipmissing=1&limitinterval=1`,
      volley,
    );
    expect(JSON.parse(power.body)).toEqual([0, 1, 2].map((hour) => [start + hour * 3_600_000, 250.5]));
  });

  test('the iOS app: keys by name and password, a value, days', async () => {
    const form = ['Content-Type: application/x-www-form-urlencoded'];
    const login = await exchange('POST /user/auth.json', form, 'username=emonpi&password=emonpimqtt2016');
    expect(JSON.parse(login.body)).toMatchObject({ success: true, apikey_read: keys.read });
    const wrong = await exchange('POST /user/auth.json', form, 'username=emonpi&password=guess');
    expect(JSON.parse(wrong.body)).toMatchObject({ success: false });
    const key = `apikey=${keys.read}&id=${feeds.energy}`;
    expect((await exchange(`GET /feed/value.json?${key}`)).body).toBe('12');
    expect(JSON.parse((await exchange(`GET /feed/get.json?${key}&field=name`)).body)).toBe('energy');
    const start = 1_700_006_400_000;
    const days = await exchange(`GET /feed/data.json?${key}&start=${start}&end=${start + DAY * 1000}&mode=daily`);
    expect(JSON.parse(days.body)).toEqual([
      [start, 0],
      [start + DAY * 1000, 6],
    ]);
  });

  test('Home Assistant: JSON by its type, a list, and the account’s own id', async () => {
    const aiohttp = [
      'Accept: */*',
      'Accept-Encoding: gzip, deflate',
      'User-Agent: HomeAssistant/2025.1 aiohttp/3.11.11',
    ];
    const list = await exchange(`GET /feed/list.json?apikey=${keys.read}`, aiohttp);
    expect(list).toMatchObject({ status: 200, type: 'application/json' });
    expect(Array.isArray(JSON.parse(list.body))).toBe(true);
    const uuid = await exchange(`GET /user/getuuid.json?apikey=${keys.read}`, aiohttp);
    expect(uuid.type).toBe('application/json');
    expect(JSON.parse(uuid.body)).toEqual({ success: true, message: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const fields = await exchange(`GET /feed/aget.json?apikey=${keys.read}&id=${feeds.power}`, aiohttp);
    expect(JSON.parse(fields.body)).toMatchObject({ id: String(feeds.power), unit: '', tag: 'house' });
    expect((await exchange(`GET /feed/list.json?apikey=${'f'.repeat(32)}`, aiohttp)).status).toBe(401);
  });

  test('another hub’s download: description, then the file from where it has it', async () => {
    const key = `apikey=${keys.read}&id=${feeds.power}`;
    expect(JSON.parse((await exchange(`GET /feed/getmeta.json?${key}`)).body)).toEqual({
      id: feeds.power,
      interval: 3600,
      start_time: 1_700_006_400,
      npoints: 49,
      end_time: 1_700_006_400 + 48 * 3600,
    });
    const { type, body } = await exchange(`GET /feed/export.json?${key}&start=${48 * 4}`);
    expect([type, body.length > 0]).toEqual(['application/octet-stream', true]);
  });
});

describe('Influx line protocol', () => {
  test('a MicroPython pulse reader', async () => {
    const line = 'census,device=esp32 energy_wh=2.5,impulse=25,power=150';
    const answer = await exchange(`POST /write?db=meters&u=emonpi&p=${keys.write} HTTP/1.0`, [], line);
    expect([answer.status, answer.body]).toEqual([204, '']);
    const [time, value] = (await said('census_esp32', 'power')) as [number, number];
    expect([soon(time), value]).toEqual([true, 150]);
  });

  test('Telegraf: asks first, then gzip with a name and password', async () => {
    expect((await exchange('GET /ping', ['User-Agent: Telegraf/1.30.0'])).status).toBe(204);
    const { status } = await exchange(
      'POST /write?consistency=any&db=telegraf&precision=ns',
      [
        'User-Agent: Telegraf/1.30.0 Go/1.22',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Encoding: gzip',
        `Authorization: Basic ${Buffer.from(`emonpi:${keys.write}`).toString('base64')}`,
      ],
      gzipSync('cpu,cpu=cpu0,host=pi usage_idle=98.5,usage_user=1i,state="up" 1700000000000000000\n'),
    );
    expect(status).toBe(204);
    expect(await said('cpu_pi', 'cpu0_usage_idle')).toEqual([1_700_000_000, 98.5]);
  });

  test('curl with a token, its default content type', async () => {
    const headers = ['Content-Type: application/x-www-form-urlencoded', `Authorization: Token ${keys.write}`];
    const body = 'power,phase=L1 value=1 1700000000\npower,phase=L2 value=2 1700000000';
    expect((await exchange('POST /write?db=home&precision=s', headers, body)).status).toBe(204);
    expect(await said('power', 'L2')).toEqual([1_700_000_000, 2]);
  });

  const refused: readonly [string, () => string, string, number, RegExp][] = [
    ['nobody', () => '', 'm v=1', 401, /authorization failed/],
    ['the read key', () => `&apikey=${keys.read}`, 'm v=1', 403, /may not write/],
    ['a wrong line', () => `&apikey=${keys.write}`, 'good v=1\nbad v', 400, /^line 2: /],
    ['a wrong time', () => `&apikey=${keys.write}&precision=s`, 'good v=1 1700000000000', 400, /^line 1: .*a day/],
  ];
  test.each(refused)('%s is refused, and nothing is stored', async (_name, key, body, status, sentence) => {
    const answer = await exchange(`POST /write?db=home${key()}`, [], body);
    expect(answer.status).toBe(status);
    expect((JSON.parse(answer.body) as { error: string }).error).toMatch(sentence);
    expect(await said('good', 'v')).toBe('"Node does not exist"');
  });

  test('whoever wrote waits in the inbox, and whoever was refused does not', async () => {
    const { body } = await exchange('GET /api/v1/inbox', [`Authorization: Bearer ${keys.write}`]);
    const { pending } = JSON.parse(body) as { pending: { family: string; identity: string }[] };
    const writers = pending.filter(({ family }) => family === 'influx').map(({ identity }) => identity);
    expect(writers.sort()).toEqual(['census_esp32', 'cpu_pi', 'power']);
  });
});
