import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from '../../lib/errors.ts';
import { nodeFiles, replaceFile, syncFolder } from '../timeseries/file.ts';
import type { Note } from './note.ts';
import { recordNotes } from './series-files.ts';
import type { Keep, WantedFile } from './source.ts';

export interface StagingDeps {
  readonly folder: string;
  /** Told of bytes as they are kept. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Where data files wait until everything is there: `storage/import/<job>`. A file has its own name once it is whole and
 * on the disk; until then it is a `.part`, from which a later run goes on.
 */
export class Staging {
  readonly folder: string;
  readonly #onBytes: (bytes: number) => void;
  readonly #parts = new Map<string, number>();
  readonly #whole = new Map<string, number>();

  private constructor({ folder, onBytes }: StagingDeps) {
    this.folder = folder;
    this.#onBytes = onBytes;
  }

  /** Opens the folder as an earlier run has left it; nothing is made before something is kept. */
  static async open(deps: StagingDeps): Promise<Staging> {
    const staging = new Staging(deps);
    for (const name of await readdir(deps.folder).catch(() => [])) {
      const { size } = await stat(join(deps.folder, name));
      if (/\.(dat|MYD)$/.test(name)) staging.#whole.set(name, size);
      else if (/\.(dat|MYD)\.part$/.test(name)) staging.#parts.set(name.slice(0, -'.part'.length), size);
    }
    return staging;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Whether this very much of the file waits here. */
  has({ name, bytes }: WantedFile): boolean {
    return this.#whole.get(name) === bytes;
  }

  /** How many bytes from the file's start wait here. */
  partOf({ name, bytes }: WantedFile): number {
    return Math.min(this.#parts.get(name) ?? this.#whole.get(name) ?? 0, bytes);
  }

  /** Keeps a file whole. Throws HUB_IMPORT where it ends too early; what came stays for the next run. */
  readonly keep: Keep = async (wanted, from, bytes) => {
    const { name } = wanted;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const part = this.path(`${name}.part`);
    if (this.#whole.has(name)) await rename(this.path(name), part);
    this.#whole.delete(name);
    const file = await open(part, from === 0 ? 'w' : 'r+', 0o640);
    let at = from;
    try {
      for await (const chunk of bytes) {
        const rest = chunk.subarray(0, wanted.bytes - at);
        await writeAt(file, rest, at);
        at += rest.length;
        this.#parts.set(name, Math.max(at, this.#parts.get(name) ?? 0));
        this.#onBytes(rest.length);
        if (at === wanted.bytes) break;
      }
      if (at < wanted.bytes)
        throw new HubError('HUB_IMPORT', { sentence: `${name} ended at byte ${at} of ${wanted.bytes}.` });
      await file.truncate(wanted.bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, this.path(name));
    this.#parts.delete(name);
    this.#whole.set(name, wanted.bytes);
  };

  /** After this, everything kept survives a power cut. */
  async sync(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await syncFolder(nodeFiles, this.folder);
  }

  /** What stands out in the files of records that wait here. */
  async notes(wanted: readonly WantedFile[]): Promise<Note[]> {
    const notes: Note[] = [];
    for (const { name } of wanted) if (name.endsWith('.MYD')) notes.push(...(await recordNotes(this.path(name), name)));
    return notes;
  }

  /** The state of the import, or null before there is one. */
  async read(): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.path(STATE), 'utf8')) as unknown;
    } catch {
      return null;
    }
  }

  /** Replaces the state. After a crash it is the old one or the new one; the new one for certain once this returns. */
  async write(state: unknown): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await replaceFile(nodeFiles, this.path(STATE), Buffer.from(JSON.stringify(state)));
    await syncFolder(nodeFiles, this.folder);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

const STATE = 'state.json';

async function writeAt(file: Awaited<ReturnType<typeof open>>, bytes: Uint8Array, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}
