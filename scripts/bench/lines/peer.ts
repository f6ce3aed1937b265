import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../../app/connections/process.ts';

/** Another database that takes line protocol. */
export interface Peer {
  readonly name: string;
  /** Takes the lines with the precision of seconds. */
  readonly write: string;
  stop(): Promise<void>;
}

/** Debian's InfluxDB 1.6 with its defaults, or null where it is not installed. */
export async function startInflux(): Promise<Peer | null> {
  const program = findProgram(['influxd']);
  if (!program) return null;
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-influx-'));
  const [port, backup] = [await freePort(), await freePort()];
  const config = join(folder, 'influxdb.conf');
  const places = ['meta', 'data'].map((name) => `[${name}]\n  dir = "${join(folder, name)}"\n`).join('');
  writeFileSync(
    config,
    `reporting-disabled = true\nbind-address = "127.0.0.1:${backup}"\n${places}  wal-dir = "${join(folder, 'wal')}"\n[http]\n  bind-address = "127.0.0.1:${port}"\n  log-enabled = false\n`,
  );
  const peer = await start('InfluxDB', program, ['-config', config], folder, `http://127.0.0.1:${port}`, '/ping');
  await fetch(`http://127.0.0.1:${port}/query`, {
    method: 'POST',
    body: new URLSearchParams({ q: 'CREATE DATABASE bench' }),
  });
  return { ...peer, write: `http://127.0.0.1:${port}/write?db=bench&precision=s` };
}

/** Debian's VictoriaMetrics with its defaults, or null where it is not installed. */
export async function startVictoria(): Promise<Peer | null> {
  const program = findProgram(['victoria-metrics']);
  if (!program) return null;
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-victoria-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const options = [
    `-storageDataPath=${folder}`,
    `-httpListenAddr=${url.slice('http://'.length)}`,
    '-retentionPeriod=100y',
    '-loggerLevel=ERROR',
  ];
  const peer = await start('VictoriaMetrics', program, options, folder, url, '/health');
  return { ...peer, write: `${url}/write?precision=s` };
}

async function start(name: string, program: string, options: string[], folder: string, url: string, alive: string) {
  const child = spawn(program, options, { stdio: 'ignore' });
  const stop = () => end(child, folder);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const up = await fetch(url + alive).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) return { name, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${name} did not start`);
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
