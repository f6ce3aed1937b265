import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { systemClock } from '../../../lib/clock.ts';
import { seeded } from '../chance.ts';
import { HouseTrial } from '../house-trial.ts';
import { type Login, makeConversation } from './conversation.ts';

export interface PacketsOptions {
  readonly storage: string;
  readonly seed: number;
  /** Damaged packets to send. */
  readonly packets: number;
  readonly budgetMs: number;
  readonly progress?: (sent: number) => void;
}

export interface PacketsResult {
  readonly sent: number;
  readonly mutated: number;
  readonly visits: number;
  readonly perSecond: number;
  /** What the house's own readings, by MQTT and HTTP, came to meanwhile. */
  readonly points: number;
  /** The longest that the house waited for the next acknowledgement at every door, in milliseconds. */
  readonly slowestMs: number;
  /** Resident memory of the hub in MB: after a tenth of the time, and the most after that. */
  readonly memory: readonly [settled: number, most: number];
  readonly problems: readonly string[];
}

const VISITORS = 8;
/** A visit whose end the hub does not notice. */
const PATIENCE_MS = 30_000;
const SLOWEST_MS = 10_000;
/** Redis and MariaDB have their own processes; what grows here is the hub's. */
const MOST_GROWTH_MB = 150;

/**
 * Sends damaged packets to a hub from several connections at once, with the login of a household whose hundred feeds go on
 * reporting. The hub must neither end nor grow, and every reading it acknowledged must be in its file.
 */
export async function sendDamagedPackets(options: PacketsOptions): Promise<PacketsResult> {
  const trial = await HouseTrial.start(options.storage, { HEARTH_OPEN_REGISTRATION: '1', HEARTH_LOG_LEVEL: 'fatal' });
  try {
    return await run(trial, options);
  } finally {
    await trial.end(options.storage);
  }
}

async function run(
  trial: HouseTrial,
  { storage, seed, packets, budgetMs, progress }: PacketsOptions,
): Promise<PacketsResult> {
  const { problems } = trial;
  const login: Login = { username: trial.house.username, key: trial.house.key };
  const chance = seeded(seed);
  const began = systemClock.monotonic();
  let [sent, mutated, visits, slowestMs, settled, most] = [0, 0, 0, 0, 0, 0];
  let ended: number | null | undefined;
  void trial.hub.ended.then((code) => {
    ended = code;
  });
  const spent = () => systemClock.monotonic() - began;
  const goesOn = () => mutated < packets && spent() < budgetMs && ended === undefined && problems.length === 0;
  const port = Number(new URL(trial.mqtt).port);

  await Promise.all([watch(), ...Array.from({ length: VISITORS }, visitor)]);
  const perSecond = mutated / (spent() / 1000);
  if (ended !== undefined) problems.push(`the hub ended with ${ended}:\n${trial.hub.stderr().slice(-2000)}`);
  else await trial.finish(storage);
  const points = Object.values(trial.acknowledged()).reduce((sum, count) => sum + count, 0);
  if (most > settled + MOST_GROWTH_MB) problems.push(`the hub grew from ${settled} to ${most} MB`);
  return { sent, mutated, visits, perSecond, points, slowestMs, memory: [settled, most], problems };

  async function visitor(): Promise<void> {
    while (goesOn()) {
      const conversation = makeConversation(chance, login);
      if (!(await visit(port, conversation.bytes))) problems.push('a connection that the client had ended stayed open');
      sent += conversation.packets;
      mutated += conversation.mutated;
      visits += 1;
      if (visits % 10_000 === 0) progress?.(mutated);
    }
  }

  /** The house must go on being acknowledged, and the memory must stay within its bound. */
  async function watch(): Promise<void> {
    while (goesOn()) {
      const took = await trial.goesOn(SLOWEST_MS);
      if (took === null) problems.push(`no reading was acknowledged at one of the doors for ${SLOWEST_MS} ms`);
      slowestMs = Math.max(slowestMs, took ?? SLOWEST_MS);
      const memory = residentMb(trial.hub.pid);
      if (spent() < budgetMs / 10 && mutated < packets / 10) settled = Math.max(settled, memory);
      else most = Math.max(most, memory);
    }
  }
}

/** Says everything and hangs up; false when the hub does not. */
function visit(port: number, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const late = setTimeout(() => {
      socket.destroy();
      resolve(false);
    }, PATIENCE_MS);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(late);
      resolve(true);
    });
    socket.resume();
    socket.end(bytes);
  });
}

function residentMb(pid: number): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}
