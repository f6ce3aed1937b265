import { dirname } from 'node:path';
import type { File, FileSystem, OpenMode } from '../models/timeseries/file.ts';

/** One call to the disk, as a trap sees it before it is done. */
export interface DiskCall {
  readonly call: 'open' | 'read' | 'write' | 'sync' | 'list' | 'rename' | 'remove';
  readonly path: string;
  readonly bytes: number;
}

interface Inode {
  data: Buffer;
  /** What a power cut leaves for certain. */
  synced: Buffer;
  /** Written since, in order. */
  loose: { position: number; bytes: Buffer }[];
}

type NameChange = (names: Map<string, Inode>) => void;

/**
 * A disk in memory that remembers what a power cut would leave. `trap` is called before each call; it may throw, or
 * return a number of bytes after which a write stops short.
 */
export class TrialDisk implements FileSystem {
  trap: (call: DiskCall) => number | undefined = () => undefined;
  calls = 0;
  readonly #names: Map<string, Inode>;
  readonly #syncedNames: Map<string, Inode>;
  readonly #looseNames: { folder: string; change: NameChange }[] = [];

  constructor(contents: ReadonlyMap<string, Buffer> = new Map()) {
    this.#names = new Map([...contents].map(([path, data]) => [path, inode(Buffer.from(data))]));
    this.#syncedNames = new Map(this.#names);
  }

  /** Every file as a killed process leaves it. */
  afterKill(): Map<string, Buffer> {
    return new Map([...this.#names].map(([path, { data }]) => [path, Buffer.from(data)]));
  }

  /**
   * Every file as a power cut may leave it. Of what was not synced, names change in order up to some point, and each
   * write is there, cut short, only a hole of zeros, or not at all, as `chance` (in [0, 1)) has it.
   */
  afterPowerCut(chance: () => number): Map<string, Buffer> {
    const names = new Map(this.#syncedNames);
    for (const { change } of this.#looseNames.slice(0, Math.floor(chance() * (this.#looseNames.length + 1))))
      change(names);
    const files = new Map<string, Buffer>();
    for (const [path, node] of names) {
      let data = Buffer.from(node.synced);
      for (const { position, bytes } of node.loose) {
        const fate = chance();
        if (fate < 0.4) data = put(data, position, bytes);
        else if (fate < 0.6) data = put(data, position, bytes.subarray(0, Math.floor(chance() * bytes.length)));
        else if (fate < 0.75) data = put(data, position, Buffer.alloc(bytes.length));
      }
      files.set(path, data);
    }
    return files;
  }

  async open(path: string, mode: OpenMode): Promise<File> {
    this.#call('open', path);
    if (mode === 'folder') return this.#folder(path);
    let node = this.#names.get(path);
    if (!node) {
      if (mode === 'read') throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
      node = inode(Buffer.alloc(0));
      this.#rename(path, set(path, node));
    } else if (mode === 'fresh') {
      node = inode(Buffer.alloc(0));
      this.#rename(path, set(path, node));
    }
    return this.#file(path, node);
  }

  glance(path: string, position: number, length: number): { size: number; bytes: Buffer } | null {
    const node = this.#names.get(path);
    return node
      ? { size: node.data.length, bytes: Buffer.from(node.data.subarray(position, position + length)) }
      : null;
  }

  async list(folder: string): Promise<string[]> {
    this.#call('list', folder);
    return [...this.#names.keys()]
      .filter((path) => dirname(path) === folder)
      .map((path) => path.slice(folder.length + 1));
  }

  async rename(from: string, to: string): Promise<void> {
    this.#call('rename', from);
    const node = this.#names.get(from);
    if (!node) throw Object.assign(new Error(`ENOENT: ${from}`), { code: 'ENOENT' });
    this.#rename(to, (names) => {
      names.delete(from);
      names.set(to, node);
    });
  }

  async remove(path: string): Promise<void> {
    this.#call('remove', path);
    this.#rename(path, (names) => void names.delete(path));
  }

  #file(path: string, node: Inode): File {
    return {
      read: async (into, position) => {
        this.#call('read', path, into.length);
        const bytes = node.data.subarray(position, position + into.length);
        into.set(bytes);
        return bytes.length;
      },
      write: async (bytes, position) => {
        const taken = Buffer.from(bytes.subarray(0, this.#call('write', path, bytes.length) ?? bytes.length));
        node.data = put(node.data, position, taken);
        node.loose.push({ position, bytes: taken });
        return taken.length;
      },
      sync: async () => {
        this.#call('sync', path);
        node.synced = Buffer.from(node.data);
        node.loose = [];
      },
      close: async () => undefined,
    };
  }

  #folder(path: string): File {
    const no = async () => 0;
    const sync = async () => {
      this.#call('sync', path);
      for (let i = 0; i < this.#looseNames.length; ) {
        if (this.#looseNames[i]!.folder === path) this.#looseNames.splice(i, 1)[0]!.change(this.#syncedNames);
        else i++;
      }
    };
    return { read: no, write: no, sync, close: async () => undefined };
  }

  #rename(path: string, change: NameChange): void {
    change(this.#names);
    this.#looseNames.push({ folder: dirname(path), change });
  }

  #call(call: DiskCall['call'], path: string, bytes = 0): number | undefined {
    this.calls += 1;
    return this.trap({ call, path, bytes });
  }
}

/** An error as the operating system gives it. */
export function diskError(code: 'ENOSPC' | 'EIO'): Error {
  return Object.assign(new Error(code === 'ENOSPC' ? 'no space left on device' : 'i/o error'), { code });
}

function inode(data: Buffer): Inode {
  return { data, synced: data, loose: [] };
}

function set(path: string, node: Inode): NameChange {
  return (names) => void names.set(path, node);
}

function put(data: Buffer, position: number, bytes: Buffer): Buffer<ArrayBuffer> {
  const larger = Buffer.alloc(Math.max(data.length, position + bytes.length));
  larger.set(data);
  larger.set(bytes, position);
  return larger;
}
