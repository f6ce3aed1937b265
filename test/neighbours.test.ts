import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { mysqlSocketUrl } from '../app/connections/mysql.ts';
import { findProcesses, isAlive } from '../app/connections/process.ts';
import { EmoncmsClient } from '../scripts/campaign/kill/emoncms.ts';
import { readFeedFile } from '../scripts/campaign/kill/feed-file.ts';
import { type House, makeHouse, PASSWORD } from '../scripts/campaign/kill/house.ts';
import { INTERVAL, Ledger, START } from '../scripts/campaign/kill/ledger.ts';
import { Load } from '../scripts/campaign/kill/load.ts';
import { launchHub, newStorage, onPortsOf, startHub, type TestHub } from './hub.ts';
import { testFolder, testStores } from './stores.ts';
import { setUp, Visitor } from './visitor.ts';

const PATIENCE_MS = 40_000;

describe('under load, the hub’s own stores', () => {
  const storage = newStorage();
  const ledger = new Ledger();
  let hub: TestHub;
  let house: House;
  let load: Load;
  let made = 0;

  beforeAll(async () => {
    hub = await startHub({}, storage);
    house = await makeHouse(hub.http);
    load = new Load(house, hub, ledger);
    load.start();
  }, 90_000);
  afterAll(() => load?.end());

  const cases: [name: string, program: string, act: (pid: number) => Promise<void>][] = [
    ['Redis is killed', 'redis-server', killed],
    ['MariaDB is killed', 'mariadbd', killed],
    ['Redis stands still for 3 s', 'redis-server', stopped],
    ['MariaDB stands still for 3 s', 'mariadbd', stopped],
  ];
  test.each(cases)('%s: publishers go on, and the hub recovers by itself', { timeout: 90_000 }, async (...row) => {
    const [, program, act] = row;
    await act(pidOf(program));
    await atLast('every store is ok', () => isReady(hub));
    await atLast('somebody can sign in', () => canSignIn(hub));
    await atLast('a feed can be made', canMakeFeed);
    await goesOn();
  });

  test('a hub started after kill -9 takes both over', { timeout: 60_000 }, async () => {
    const before = [pidOf('redis-server'), pidOf('mariadbd')];
    await load.end();
    await hub.kill();
    hub = await startHub(onPortsOf(hub), storage);
    expect([pidOf('redis-server'), pidOf('mariadbd')]).toEqual(before);
    expect(hub.log()).toContain('Redis was still running and is taken over');
    expect(hub.log()).toContain('MariaDB was still running and is taken over');
    expect(await canSignIn(hub)).toBe(true);
    load = new Load(house, hub, ledger);
    load.start();
    await goesOn();
  });

  test('a second hub on the storage says so and ends with 75', async () => {
    const second = launchHub({}, storage);
    expect(await second.ended).toBe(75);
    expect(second.stderr()).toContain(storage);
    expect(second.stdout()).toBe('');
    expect(await isReady(hub)).toBe(true);
  });

  test('after all of that no acknowledged reading is missing or changed', { timeout: 60_000 }, async () => {
    expect(await hub.stop()).toBe(0);
    await load.end();
    const problems = house.nodes.flatMap((node) =>
      node.feeds.flatMap((feed, index) => {
        const file = readFeedFile(storage, feed);
        const first = (file.start - START) / INTERVAL;
        return ledger.misses(node, index, 0, [...new Array<null>(first).fill(null), ...file.values]);
      }),
    );
    expect(problems).toEqual([]);
    expect(findProcesses(storage)).toEqual([]);
  });

  async function killed(pid: number): Promise<void> {
    process.kill(pid, 'SIGKILL');
    await atLast('it is gone', () => Promise.resolve(!isAlive(pid)));
    await goesOn();
    await atLast('both run', () => Promise.resolve(findProcesses(storage).length === 2));
  }

  async function stopped(pid: number): Promise<void> {
    process.kill(pid, 'SIGSTOP');
    try {
      await Promise.all([pause(3000), goesOn()]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }

  /** Every node, by whichever door, gets further acknowledgements. */
  async function goesOn(): Promise<void> {
    const before = house.nodes.map((node) => ledger.acknowledged(node));
    const grew = () => house.nodes.every((node, index) => ledger.acknowledged(node) > (before[index] ?? 0) + 5);
    await atLast('readings are acknowledged', () => Promise.resolve(grew()));
  }

  function pidOf(program: string): number {
    const pids = findProcesses(storage).filter(
      (pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === program.slice(0, 15),
    );
    expect(pids).toHaveLength(1);
    return pids[0] ?? 0;
  }

  async function canMakeFeed(): Promise<boolean> {
    made += 1;
    const client = new EmoncmsClient(hub.http, house.key);
    const options = JSON.stringify({ interval: 10 });
    const { text } = await client.post(`/feed/create.json?tag=new&name=feed${made}&engine=5&options=${options}`, {});
    client.close();
    return text.includes('"success":true');
  }

  async function canSignIn({ http }: TestHub): Promise<boolean> {
    return await signIn(http, house.username, PASSWORD);
  }
});

describe('at the start, a server of the owner’s own', async () => {
  const stores = await testStores();
  const sockets = testFolder('sockets');

  test('Redis is away: the hub takes readings; people can sign in when it is back', { timeout: 60_000 }, async () => {
    const socket = join(sockets, 'redis.sock');
    const url = new URL(stores.redisUrl);
    const hub = await startHub({
      HEARTH_MYSQL_URL: stores.mysqlUrl,
      HEARTH_REDIS_URL: `redis+unix://${socket}${url.search}`,
    });
    expect(hub.log()).toContain('Redis is away');
    expect(await isReady(hub)).toBe(false);
    const house = await makeHouse(hub.http);
    const ledger = new Ledger();
    const load = new Load(house, hub, ledger);
    load.start();
    await atLast('every door takes readings', () =>
      Promise.resolve(house.nodes.every((node) => ledger.acknowledged(node) > 0)),
    );
    expect(await signIn(hub.http, house.username, PASSWORD)).toBe(false);
    symlinkSync(inject('run').redisSocket, socket);
    await atLast('every store is ok', () => isReady(hub));
    await atLast('somebody can sign in', () => signIn(hub.http, house.username, PASSWORD));
    await load.end();
    expect(await hub.stop()).toBe(0);
  });

  test('MySQL is away: the hub waits, says so, and starts when it is there', { timeout: 60_000 }, async () => {
    const socket = join(sockets, 'mysql.sock');
    const env = {
      HEARTH_MYSQL_URL: mysqlSocketUrl(socket, 'of_a_late_server'),
      HEARTH_REDIS_URL: stores.redisUrl,
    };
    const [given, waiting] = [launchHub(env), launchHub(env)];
    await atLast('both say so', () =>
      Promise.resolve([given, waiting].every((hub) => hub.stderr().includes('MySQL is away'))),
    );
    given.signal('SIGTERM');
    expect(await given.ended).toBe(0);
    expect(waiting.stdout()).toBe('');
    symlinkSync(inject('run').mysqlSocket, socket);
    const { http } = await waiting.ready;
    expect((await setUp(http)).write).toMatch(/^[0-9a-f]{32}$/);
    waiting.signal('SIGTERM');
    expect(await waiting.ended).toBe(0);
  });
});

/** Series, MySQL and Redis all do their part. */
async function isReady({ http }: Pick<TestHub, 'http'>): Promise<boolean> {
  const { text } = await new Visitor(http).get('/readyz');
  return (JSON.parse(text) as { status: string }).status === 'ok';
}

async function signIn(http: string, username: string, password: string): Promise<boolean> {
  const visitor = new Visitor(http);
  const { status } = await visitor.post('/sign-in', { username, password });
  return status === 303 && (await visitor.get('/')).status === 200;
}

async function atLast(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`in vain: ${what}`);
    await pause(20);
  }
}
