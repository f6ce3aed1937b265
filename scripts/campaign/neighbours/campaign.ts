import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { mysqlSocketUrl } from '../../../app/connections/mysql.ts';
import { findProcesses } from '../../../app/connections/process.ts';
import { redisSocketUrl } from '../../../app/connections/redis.ts';
import { socketFolder } from '../../../app/connections/socket-folder.ts';
import { HouseTrial, pause } from '../house-trial.ts';
import { startHubProcess } from '../hub-process.ts';
import { Lane } from './lane.ts';

export interface NeighboursOptions {
  /** An empty folder. */
  readonly folder: string;
  /** How long each trouble lasts. */
  readonly troubleMs: number;
  /** Only troubles whose names hold this text. */
  readonly only?: string;
  readonly progress?: (line: string) => void;
}

export interface NeighboursResult {
  readonly troubles: number;
  readonly points: number;
  /** The longest time from the end of a trouble until everything worked again. */
  readonly slowestMs: number;
  readonly problems: readonly string[];
}

interface Trouble {
  readonly name: string;
  begin(): Promise<void>;
  /** Also after a trouble that did not get as far. */
  end(): Promise<void>;
}

const RECOVERY_MS = 30_000;
const LATE_MS = 400;

/**
 * Brings each trouble over the hub's Redis and MariaDB while a house reports: all its doors must go on acknowledging, the hub
 * must recover without a restart, and in the end every acknowledged reading must be in its file.
 */
export async function troubleNeighbours(options: NeighboursOptions): Promise<NeighboursResult> {
  const storage = join(options.folder, 'own');
  const own = await HouseTrial.start(storage);
  const results: Outcome[] = [];
  try {
    for (const trouble of ownTroubles(storage)) await bring(options, own, trouble, results);
    const away = await besideFarServers(options, storage, results);
    await own.finish(storage);
    const problems = [...results.flatMap((result) => result.problems), ...own.problems, ...away.problems];
    return {
      troubles: results.length,
      points: own.ledger.points + away.points,
      slowestMs: Math.max(0, ...results.map(({ ms }) => ms)),
      problems,
    };
  } finally {
    await own.end(storage);
  }
}

interface Outcome {
  readonly ms: number;
  readonly problems: readonly string[];
}

async function bring(
  options: NeighboursOptions,
  trial: HouseTrial,
  trouble: Trouble,
  results: Outcome[],
): Promise<void> {
  if (options.only && !trouble.name.includes(options.only)) return;
  const { troubleMs, progress } = options;
  const problems: string[] = [];
  const say = (problem: string) => problems.push(`${trouble.name}: ${problem}`);
  if ((await trial.goesOn(RECOVERY_MS)) === null) say('the house did not report before it');
  const before = trial.acknowledged();
  try {
    await trouble.begin();
    await pause(troubleMs);
  } finally {
    await trouble.end();
  }
  const after = trial.acknowledged();
  for (const door of ['mqtt', 'post', 'bulk'] as const)
    if (after[door] <= before[door]) say(`${door}: nothing was acknowledged meanwhile`);
  const recovered = await trial.recovers(RECOVERY_MS);
  if (recovered === null) say(`not recovered after ${RECOVERY_MS / 1000} s`);
  if ((await trial.goesOn(RECOVERY_MS)) === null) say('a door acknowledges nothing more');
  results.push({ ms: recovered ?? RECOVERY_MS, problems });
  const meanwhile = Object.entries(after).map(([door, count]) => `${count - before[door as 'mqtt']} by ${door}`);
  progress?.(`${trouble.name}: ${meanwhile.join(', ')} acknowledged meanwhile; whole again after ${recovered} ms`);
}

/** Troubles of the stores that the hub started itself and watches. */
function ownTroubles(storage: string): Trouble[] {
  const both = ['redis-server', 'mariadbd'] as const;
  const killed = both.map((program) => ({
    name: `${program} is killed every second`,
    timer: undefined as NodeJS.Timeout | undefined,
    async begin() {
      const kill = () => void pidsOf(storage, program).map((pid) => process.kill(pid, 'SIGKILL'));
      kill();
      this.timer = setInterval(kill, 1000);
    },
    async end() {
      clearInterval(this.timer);
    },
  }));
  const stopped = both.map((program) => {
    // Those that were stopped are woken: the hub may have started another meanwhile.
    let pids: number[] = [];
    return {
      name: `${program} stands still`,
      async begin() {
        pids = pidsOf(storage, program);
        for (const pid of pids) process.kill(pid, 'SIGSTOP');
      },
      async end() {
        const alive = pidsOf(storage, program);
        for (const pid of pids) if (alive.includes(pid)) process.kill(pid, 'SIGCONT');
      },
    };
  });
  const flushed: Trouble = {
    name: 'redis is flushed',
    async begin() {
      const redis = new Redis({ path: join(socketFolder(storage), 'redis.sock') });
      await redis.flushall();
      redis.disconnect();
    },
    end: async () => undefined,
  };
  return [...killed, ...stopped, flushed];
}

/** A second hub whose stores are servers elsewhere, behind lanes: absent at its start, slow, and gone for a while. */
async function besideFarServers(
  options: NeighboursOptions,
  servers: string,
  results: Outcome[],
): Promise<{ points: number; problems: readonly string[] }> {
  const storage = join(options.folder, 'far');
  mkdirSync(storage);
  const sockets = socketFolder(servers);
  const mysql = new Lane(join(sockets, 'far-mysql.sock'), join(sockets, 'mysql.sock'));
  const redis = new Lane(join(sockets, 'far-redis.sock'), join(sockets, 'redis.sock'));
  const env = { HEARTH_MYSQL_URL: mysqlSocketUrl(mysql.path, 'far'), HEARTH_REDIS_URL: redisSocketUrl(redis.path, 1) };
  const launched = startHubProcess(storage, env);
  await pause(Math.min(options.troubleMs, 10_000));
  const ended = await Promise.race([launched.ended.then(() => true), pause(0).then(() => false)]);
  if (ended)
    return { points: 0, problems: [`MySQL and Redis absent at the start: the hub ended\n${launched.stderr()}`] };
  await Promise.all([mysql.open(), redis.open()]);
  const trial = await HouseTrial.start(storage, env, launched);
  results.push({ ms: 0, problems: [] });
  options.progress?.('both absent at the start: the hub waited for MySQL and served once it was there');
  try {
    for (const lane of [redis, mysql]) {
      const store = lane === redis ? 'redis' : 'mysql';
      const slow: Trouble = {
        name: `${store} is ${LATE_MS} ms late`,
        async begin() {
          lane.delay = LATE_MS;
        },
        async end() {
          lane.delay = 0;
        },
      };
      const gone: Trouble = { name: `${store} is gone`, begin: () => lane.close(), end: () => lane.open() };
      await bring(options, trial, slow, results);
      await bring(options, trial, gone, results);
    }
    await trial.finish(storage);
    return { points: trial.ledger.points, problems: trial.problems };
  } finally {
    await trial.end(storage);
    await Promise.all([mysql.close(), redis.close()]);
  }
}

function pidsOf(storage: string, program: string): number[] {
  const isIt = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === program;
    } catch {
      return false;
    }
  };
  return findProcesses(storage).filter(isIt);
}
