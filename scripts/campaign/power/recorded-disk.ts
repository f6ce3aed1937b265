import { dirname } from 'node:path';
import type { File, FileSystem, OpenMode } from '../../../models/timeseries/file.ts';

/** One thing that happened to the disk, or that its user noted between. Files are told apart by number: names come and go. */
export type Happening =
  | { readonly what: 'write'; readonly file: number; readonly position: number; readonly bytes: Buffer }
  /** A sync makes certain what came before its begin, once its end has come. */
  | { readonly what: 'sync begins' | 'sync ended'; readonly file: number; readonly sync: number }
  | { readonly what: 'name'; readonly folder: string; readonly path: string; readonly file: number | null }
  | { readonly what: 'rename'; readonly folder: string; readonly from: string; readonly to: string }
  | { readonly what: 'folder sync begins' | 'folder sync ended'; readonly folder: string; readonly sync: number }
  | { readonly what: 'note'; readonly note: Note };

/** `asked`: so many steps were handed over. `certain`: so many must survive a power cut from here on. */
export type Note = { readonly asked: number } | { readonly certain: number };

/** A disk in memory that notes everything done to it. Calls take several turns of the loop, so that they overlap. */
export class RecordedDisk implements FileSystem {
  readonly happenings: Happening[] = [];
  readonly #chance: () => number;
  readonly #names = new Map<string, { readonly id: number; data: Buffer; size: number }>();
  #files = 0;
  #syncs = 0;

  constructor(chance: () => number) {
    this.#chance = chance;
  }

  note(note: Note): void {
    this.happenings.push({ what: 'note', note });
  }

  async open(path: string, mode: OpenMode): Promise<File> {
    await this.#turns();
    if (mode === 'folder') return this.#folder(path);
    let file = this.#names.get(path);
    if (!file || mode === 'fresh') {
      if (!file && mode === 'read') throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
      // Emptied in place, a file might come back with its old bytes; the engine never asks that of one it needs.
      file = { id: this.#files++, data: Buffer.alloc(4096), size: 0 };
      this.#names.set(path, file);
      this.happenings.push({ what: 'name', folder: dirname(path), path, file: file.id });
    }
    return this.#file(file);
  }

  glance(path: string, position: number, length: number): { size: number; bytes: Buffer } | null {
    const file = this.#names.get(path);
    if (!file) return null;
    const end = Math.min(file.size, position + length);
    return { size: file.size, bytes: Buffer.from(file.data.subarray(Math.min(position, end), end)) };
  }

  async list(folder: string): Promise<string[]> {
    return [...this.#names.keys()]
      .filter((path) => dirname(path) === folder)
      .map((path) => path.slice(folder.length + 1));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#turns();
    const file = this.#names.get(from);
    if (!file) throw Object.assign(new Error(`ENOENT: ${from}`), { code: 'ENOENT' });
    this.#names.delete(from);
    this.#names.set(to, file);
    this.happenings.push({ what: 'rename', folder: dirname(to), from, to });
  }

  async remove(path: string): Promise<void> {
    await this.#turns();
    if (this.#names.delete(path)) this.happenings.push({ what: 'name', folder: dirname(path), path, file: null });
  }

  #file(file: { readonly id: number; data: Buffer; size: number }): File {
    return {
      read: async (into, position) => {
        const bytes = file.data.subarray(Math.min(position, file.size), Math.min(file.size, position + into.length));
        into.set(bytes);
        return bytes.length;
      },
      write: async (bytes, position) => {
        const taken = Buffer.from(bytes);
        await this.#turns();
        const end = position + taken.length;
        if (end > file.data.length) {
          const larger = Buffer.alloc(end * 2);
          larger.set(file.data);
          file.data = larger;
        }
        file.data.set(taken, position);
        file.size = Math.max(file.size, end);
        this.happenings.push({ what: 'write', file: file.id, position, bytes: taken });
        await this.#turns();
        return taken.length;
      },
      sync: async () => {
        const sync = this.#syncs++;
        this.happenings.push({ what: 'sync begins', file: file.id, sync });
        await this.#turns();
        this.happenings.push({ what: 'sync ended', file: file.id, sync });
      },
      close: async () => undefined,
    };
  }

  #folder(folder: string): File {
    const no = async () => 0;
    const sync = async () => {
      const number = this.#syncs++;
      this.happenings.push({ what: 'folder sync begins', folder, sync: number });
      await this.#turns();
      this.happenings.push({ what: 'folder sync ended', folder, sync: number });
    };
    return { read: no, write: no, sync, close: async () => undefined };
  }

  async #turns(): Promise<void> {
    for (let left = Math.floor(this.#chance() * 4); left > 0; left -= 1) await new Promise(setImmediate);
  }
}
