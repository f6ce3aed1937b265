import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { HubError } from '../../lib/errors.ts';
import type { ProgramPlace } from './mariadb.ts';
import { findProgram } from './process.ts';
import type { Program } from './supervisor.ts';

/** The hub's own Redis: reachable by its socket only, a snapshot in `<storage>/redis` at most once an hour and at stop. */
export function redisServer({ storage, sockets }: ProgramPlace): Program & { socket: string } {
  const command = findProgram(['redis-server', 'valkey-server']);
  if (!command) {
    const sentence =
      'Redis is not installed. Install it with "sudo apt-get install redis-server", or name a server in HEARTH_REDIS_URL.';
    throw new HubError('HUB_CONFIG', { sentence });
  }
  const socket = join(sockets, 'redis.sock');
  const data = join(storage, 'redis');
  return {
    name: 'Redis',
    command,
    socket,
    marker: socket,
    logFile: join(storage, 'logs', 'redis.log'),
    args: settings(socket, data),
    async prepare() {
      await mkdir(data, { recursive: true, mode: 0o700 });
    },
    ping: () => answersPing(socket),
    mend: () => putAside(join(data, 'dump.rdb')),
  };
}

/** The card is written at most once an hour; full memory or a full card refuses new keys but never loses the ones there. */
function settings(socket: string, data: string): string[] {
  const pairs = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir: data,
    dbfilename: 'dump.rdb',
    save: '3600 1',
    appendonly: 'no',
    'stop-writes-on-bgsave-error': 'no',
    maxmemory: '128mb',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
    loglevel: 'warning',
  };
  return Object.entries(pairs).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Redis does not start with a damaged snapshot. Everything in it can be rebuilt, so the hub goes on without. */
async function putAside(snapshot: string): Promise<string | null> {
  if (!existsSync(snapshot)) return null;
  await rename(snapshot, `${snapshot}.damaged`);
  return `Redis cannot read its snapshot, which was moved to ${snapshot}.damaged; people may have to sign in again`;
}

/** While it loads its snapshot Redis answers with an error, so a plain `+PONG` means ready. */
function answersPing(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const peer = connect(socket, () => peer.write('PING\r\n'));
    peer.setTimeout(1000);
    peer.once('data', (bytes) => answer(bytes.toString('latin1').startsWith('+PONG')));
    peer
      .once('error', () => answer(false))
      .once('timeout', () => answer(false))
      .once('close', () => answer(false));
    function answer(ready: boolean): void {
      peer.destroy();
      resolve(ready);
    }
  });
}
