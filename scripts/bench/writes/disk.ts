import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A place for the storage folder whose writes can be counted. */
export interface CountedDisk {
  readonly path: string;
  /** What is counted, in words. */
  readonly what: string;
  /** Bytes the device has been given so far. */
  written(): number;
  /** Brings to the device what the kernel still holds. */
  settle(): void;
  release(): void;
}

const SIZE = 1024 * 1024 * 1024;
const SECTOR = 512;

/**
 * An ext4 file system of its own on a loop device: every byte that would reach the card is counted, the file system's own
 * included. Null where this machine does not let us have one.
 */
export function loopDisk(options: string): CountedDisk | null {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-disk-'));
  const [image, path] = [join(folder, 'image'), join(folder, 'disk')];
  const made = openSync(image, 'w');
  ftruncateSync(made, SIZE);
  closeSync(made);
  mkdirSync(path);
  // Without lazy initialisation, which would go on writing for minutes.
  const format = ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image];
  if (!run('mkfs.ext4', format) || !run('mount', ['-o', `loop,${options}`, image, path])) {
    rmSync(folder, { recursive: true, force: true });
    return null;
  }
  const device = deviceOf(path);
  return {
    path,
    what: `all sectors given to ${device} (ext4, ${options})`,
    written: () => sectorsWritten(readFileSync('/proc/diskstats', 'utf8'), device) * SECTOR,
    settle: () => void run('sync', ['-f', path]),
    release: () => {
      run('umount', [path]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The sectors written so far in `/proc/diskstats`. */
export function sectorsWritten(stats: string, device: string): number {
  const row = stats.split('\n').find((line) => line.trim().split(/\s+/)[2] === device);
  if (!row) throw new Error(`/proc/diskstats does not know ${device}`);
  return Number(row.trim().split(/\s+/)[9]);
}

/** What a process has sent towards the disk so far; pages it wrote again before they reached it count once. */
export function processWritten(pid: number): number {
  const io = readFileSync(`/proc/${pid}/io`, 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(io)?.[1] ?? 0);
  return field('write_bytes') - field('cancelled_write_bytes');
}

function deviceOf(path: string): string {
  const row = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .find((line) => line.split(' ')[1] === path);
  return (row?.split(' ')[0] ?? '').replace('/dev/', '');
}

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
