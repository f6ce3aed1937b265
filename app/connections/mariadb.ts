import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import { endProcess, findProcesses, findProgram } from './process.ts';
import type { Program } from './supervisor.ts';

export interface ProgramPlace {
  /** The hub's storage folder. */
  readonly storage: string;
  /** Where the socket goes. */
  readonly sockets: string;
  readonly clock: Clock;
}

/** The hub's own MariaDB: data in `<storage>/mysql`, reachable by its socket only, for whoever may open the socket's folder. */
export function mariadb({ storage, sockets, clock }: ProgramPlace): Program & { socket: string } {
  const command = findProgram(['mariadbd', 'mysqld']);
  if (!command) {
    const sentence =
      'MariaDB is not installed. Install it with "sudo apt-get install mariadb-server-core", or name a server in HEARTH_MYSQL_URL.';
    throw new HubError('HUB_CONFIG', { sentence });
  }
  const socket = join(sockets, 'mysql.sock');
  const data = join(storage, 'mysql');
  const temporary = join(storage, 'tmp');
  return {
    name: 'MariaDB',
    command,
    socket,
    marker: `--socket=${socket} `,
    logFile: join(storage, 'logs', 'mysql.log'),
    args: [
      ...settings(data, temporary),
      `--socket=${socket}`,
      `--pid-file=${join(sockets, 'mysql.pid')}`,
      '--skip-networking',
      '--max-connections=40',
    ],
    async prepare() {
      await mkdir(temporary, { recursive: true, mode: 0o700 });
      if (!existsSync(data)) await install(command, storage, data, temporary, clock);
    },
    ping: () => greets(socket),
  };
}

/**
 * Small in memory and sparing with the card, but a commit is on the card before it is answered, because feeds, inputs and
 * process lists must outlive a power cut. `loose` settings are those other versions may not know.
 */
function settings(data: string, temporary: string): string[] {
  return [
    '--no-defaults',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    `--datadir=${data}`,
    `--tmpdir=${temporary}`,
    '--skip-log-bin',
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--default-time-zone=+00:00',
    '--innodb-flush-log-at-trx-commit=1',
    '--innodb-buffer-pool-size=16M',
    '--innodb-log-file-size=8M',
    '--innodb-log-buffer-size=1M',
    '--innodb-buffer-pool-dump-at-shutdown=off',
    '--innodb-buffer-pool-load-at-startup=off',
    '--loose-innodb-read-io-threads=1',
    '--loose-innodb-write-io-threads=1',
    '--loose-innodb-purge-threads=1',
    '--loose-innodb-use-native-aio=0',
    '--loose-performance-schema=off',
    '--loose-aria-pagecache-buffer-size=1M',
    '--loose-aria-log-file-size=8M',
    '--key-buffer-size=64K',
    '--table-open-cache=100',
    '--thread-cache-size=4',
    '--loose-query-cache-size=0',
    '--tmp-table-size=1M',
    '--max-heap-table-size=1M',
  ];
}

/** Makes the data folder whole or not at all: a start that was cut short begins anew. */
async function install(command: string, storage: string, data: string, temporary: string, clock: Clock): Promise<void> {
  const fresh = `${data}.new`;
  for (const pid of findProcesses(`--datadir=${fresh} `)) await endProcess(pid, 1000, clock);
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  await bootstrap(command, [...settings(fresh, temporary), '--bootstrap'], await systemTables());
  await rename(fresh, data);
  const folder = await open(storage);
  await folder.sync();
  await folder.close();
}

/** What mariadb-install-db would run; that script wants the client package too, and fills in help texts nobody reads here. */
async function systemTables(): Promise<string> {
  const files = SYSTEM_TABLES.find((paths) => paths.every((path) => existsSync(path)));
  if (!files) throw new Error('The system tables of MariaDB were not found below /usr/share.');
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const tables = texts.join('\n').replace(/^.*@current_hostname.*$/gm, '');
  return `CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n${tables}`;
}

const SYSTEM_TABLES = ['/usr/share/mysql/mysql', '/usr/share/mariadb/mariadb', '/usr/share/mysql/mariadb'].map(
  (start) => ['system_tables', 'performance_tables', 'system_tables_data'].map((name) => `${start}_${name}.sql`),
);

async function bootstrap(command: string, args: string[], statements: string): Promise<void> {
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  // Ending early breaks the pipe; the exit code tells why.
  child.stdin.on('error', () => undefined).end(statements);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`MariaDB could not make its tables: ${said.trim().split('\n').slice(-3).join(' ')}`);
}

/** A MySQL server speaks first: a packet whose fifth byte is protocol version 10. 255 there is "too many connections", also an answer. */
function greets(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const peer = connect(socket);
    peer.setTimeout(1000);
    peer.once('data', (bytes) => answer(bytes[4] === 10 || bytes[4] === 255));
    peer
      .once('error', () => answer(false))
      .once('timeout', () => answer(false))
      .once('close', () => answer(false));
    function answer(greeted: boolean): void {
      peer.destroy();
      resolve(greeted);
    }
  });
}
