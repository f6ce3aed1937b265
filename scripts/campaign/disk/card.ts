import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const IMAGE_MB = 48;
const INODES = 512;
const PIECE = Buffer.alloc(64 * 1024, 1);

/** A small ext4 in a file, with a storage's feeds and journal on it. Gone with the mount namespace it was made in. */
export class Card {
  readonly #ballast: string;

  /** `folder` is empty; `storage` is made in it. */
  constructor(folder: string, storage: string) {
    const [image, place] = [join(folder, 'card.img'), join(folder, 'card')];
    for (const path of [place, storage]) mkdirSync(path);
    run('truncate', ['-s', `${IMAGE_MB}M`, image]);
    run('mkfs.ext4', ['-q', '-F', '-m', '0', '-N', String(INODES), image]);
    run('mount', ['-o', 'loop', image, place]);
    for (const name of ['feeds', 'journal', 'ballast']) mkdirSync(join(place, name));
    for (const name of ['feeds', 'journal']) {
      mkdirSync(join(storage, name));
      run('mount', ['--bind', join(place, name), join(storage, name)]);
    }
    this.#ballast = join(place, 'ballast');
  }

  fillBytes(): void {
    const fd = openSync(join(this.#ballast, 'bytes'), 'w');
    try {
      for (let length = PIECE.length; length >= 1; ) {
        try {
          writeSync(fd, PIECE, 0, length);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          length = Math.floor(length / 2);
        }
      }
    } finally {
      closeSync(fd);
    }
  }

  fillInodes(): void {
    for (let n = 0; ; n += 1) {
      try {
        closeSync(openSync(join(this.#ballast, String(n)), 'w'));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
        throw error;
      }
    }
  }

  free(): void {
    rmSync(this.#ballast, { recursive: true });
    mkdirSync(this.#ballast);
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
}
