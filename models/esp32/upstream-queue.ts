import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recorded } from './sensors.ts';

/** A batch that waits on disk. */
export interface Batch {
  readonly file: string;
  readonly readings: readonly Recorded[];
}

/** Weeks of a house's sensors. Of more, the oldest goes. */
const MOST_BATCHES = 20_000;

/** What is to be sent upstream, in the order it came, one file a batch. A batch leaves the disk when upstream has it, and not before. */
export class UpstreamQueue {
  readonly #folder: string;
  #files: string[] = [];
  #next = 1;
  #dropped = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get length(): number {
    return this.#files.length;
  }

  /** Batches that there was no room for. */
  get dropped(): number {
    return this.#dropped;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const files = await readdir(this.#folder);
    this.#files = files.filter((file) => /^\d{12}\.json$/.test(file)).sort();
    this.#next = Number(this.#files.at(-1)?.slice(0, 12) ?? 0) + 1;
    // What a crash left half written was never promised.
    for (const file of files) if (file.endsWith('.new')) await rm(join(this.#folder, file));
  }

  /** Resolves when a crash can no longer lose the batch: it is there whole or not at all. */
  async add(readings: readonly Recorded[]): Promise<void> {
    const file = `${String(this.#next++).padStart(12, '0')}.json`;
    const fresh = join(this.#folder, `${file}.new`);
    const handle = await open(fresh, 'w');
    try {
      await handle.writeFile(JSON.stringify(readings));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, join(this.#folder, file));
    this.#files.push(file);
    this.#files.sort();
    if (this.#files.length <= MOST_BATCHES) return;
    this.#dropped += 1;
    await this.remove(this.#files.slice(0, 1));
  }

  /** The oldest batches. One that cannot be read is put aside, so that it holds up none behind it. */
  async oldest(most: number): Promise<Batch[]> {
    const batches: Batch[] = [];
    for (const file of this.#files.slice(0, most)) {
      try {
        batches.push({ file, readings: JSON.parse(await readFile(join(this.#folder, file), 'utf8')) as Recorded[] });
      } catch {
        this.#files = this.#files.filter((one) => one !== file);
        await rename(join(this.#folder, file), join(this.#folder, `${file}.damaged`)).catch(() => undefined);
      }
    }
    return batches;
  }

  async remove(files: readonly string[]): Promise<void> {
    const gone = new Set(files);
    this.#files = this.#files.filter((file) => !gone.has(file));
    for (const file of gone) await rm(join(this.#folder, file), { force: true });
  }
}
