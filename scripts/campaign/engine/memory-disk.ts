import { dirname } from 'node:path';
import type { File, FileSystem } from '../../../models/timeseries/file.ts';

/** A disk in memory that does as it is told. The contents it is given are never changed. */
export class MemoryDisk implements FileSystem {
  readonly #files: Map<string, { data: Buffer; own: boolean }>;

  constructor(contents: ReadonlyMap<string, Buffer>) {
    this.#files = new Map([...contents].map(([path, data]) => [path, { data, own: false }]));
  }

  contents(): Map<string, Buffer> {
    return new Map([...this.#files].map(([path, { data }]) => [path, Buffer.from(data)]));
  }

  async open(path: string, mode: 'read' | 'write' | 'fresh' | 'folder'): Promise<File> {
    if (mode === 'folder') return NOTHING;
    let file = this.#files.get(path);
    if (!file && mode === 'read') throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
    if (!file || mode === 'fresh') {
      file = { data: Buffer.alloc(0), own: true };
      this.#files.set(path, file);
    }
    return fileOf(file);
  }

  glance(path: string, position: number, length: number): { size: number; bytes: Buffer } | null {
    const data = this.#files.get(path)?.data;
    return data ? { size: data.length, bytes: Buffer.from(data.subarray(position, position + length)) } : null;
  }

  async list(folder: string): Promise<string[]> {
    return [...this.#files.keys()]
      .filter((path) => dirname(path) === folder)
      .map((path) => path.slice(folder.length + 1));
  }

  async rename(from: string, to: string): Promise<void> {
    const file = this.#files.get(from);
    if (!file) throw Object.assign(new Error(`ENOENT: ${from}`), { code: 'ENOENT' });
    this.#files.delete(from);
    this.#files.set(to, file);
  }

  async remove(path: string): Promise<void> {
    this.#files.delete(path);
  }
}

const NOTHING: File = {
  read: async () => 0,
  write: async () => 0,
  sync: async () => undefined,
  close: async () => undefined,
};

function fileOf(file: { data: Buffer; own: boolean }): File {
  return {
    ...NOTHING,
    async read(into, position) {
      const bytes = file.data.subarray(position, position + into.length);
      into.set(bytes);
      return bytes.length;
    },
    async write(bytes, position) {
      const end = position + bytes.length;
      if (!file.own || end > file.data.length) {
        const larger = Buffer.alloc(Math.max(file.data.length, end));
        file.data.copy(larger);
        file.data = larger;
        file.own = true;
      }
      file.data.set(bytes, position);
      return bytes.length;
    },
  };
}
