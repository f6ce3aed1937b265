import { type File, type FileSystem, readAll } from './file.ts';

/** Values that one read takes from a file at most, so that a long read never holds up the event loop. */
export const CHUNK = 65_536;

/** A feed whose files may be replaced while it is read. */
export interface Movable {
  readonly generation: number;
  readonly replacing: Promise<void> | null;
}

/** Thrown to a reader under whom the files were replaced; it begins anew. */
export class Moved extends Error {}

/** Opens a feed's files, works on them and closes them; from the start again for as long as they are replaced under it. */
export async function reading<R extends { close(): Promise<void> }, T>(
  open: () => Promise<R>,
  work: (reader: R) => Promise<T>,
): Promise<T> {
  for (;;) {
    const reader = await open();
    try {
      return await work(reader);
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
    } finally {
      await reader.close();
    }
  }
}

/** A data file as it was when the read began, opened when first needed. */
export class DataReader {
  readonly #files: FileSystem;
  readonly #path: string;
  readonly #feed: Movable;
  readonly #generation: number;
  #file: Promise<File> | null = null;

  private constructor(files: FileSystem, path: string, feed: Movable) {
    this.#files = files;
    this.#path = path;
    this.#feed = feed;
    this.#generation = feed.generation;
  }

  /** Resolves once no replacement is under way. */
  static async open(files: FileSystem, path: string, feed: Movable): Promise<DataReader> {
    while (feed.replacing) await feed.replacing;
    return new DataReader(files, path, feed);
  }

  /** Throws Moved when the feed's memory no longer belongs to this file. */
  check(): void {
    if (this.#feed.generation !== this.#generation) throw new Moved();
  }

  /** Fills `into` from the file; returns the bytes that were there. */
  async read(into: Uint8Array, position: number): Promise<number> {
    this.check();
    try {
      this.#file ??= this.#files.open(this.#path, 'read');
      return await readAll(await this.#file, into, position);
    } finally {
      this.check();
    }
  }

  async close(): Promise<void> {
    await this.#file?.then((file) => file.close()).catch(() => undefined);
    this.#file = null;
  }
}

/** Lets other work go first. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
