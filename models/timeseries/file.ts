import * as fs from 'node:fs';
import { dirname } from 'node:path';

/** An open file or folder. Reads and writes may come up short; `readAll` and `writeAll` finish them. */
export interface File {
  read(into: Uint8Array, position: number): Promise<number>;
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** After this, what was written survives a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** `read`: it must exist. `write`: made when missing, else kept. `fresh`: made or emptied. `folder`: only to be synced. */
export type OpenMode = 'read' | 'write' | 'fresh' | 'folder';

/** Every file call of the engine. Tests stand between this and the disk to inject faults. */
export interface FileSystem {
  open(path: string, mode: OpenMode): Promise<File>;
  /** The file's size and up to `length` bytes at `position`, at once and without a promise; null when there is no such file. */
  glance(path: string, position: number, length: number): { size: number; bytes: Buffer } | null;
  /** The names in a folder, which is made when missing. */
  list(folder: string): Promise<string[]>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; one that is not there is no error. */
  remove(path: string): Promise<void>;
}

/** The real disk. */
export const nodeFiles: FileSystem = {
  open: openNodeFile,
  glance(path, position, length) {
    let fd: number;
    try {
      fd = fs.openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    try {
      const bytes = Buffer.alloc(length);
      let filled = 0;
      while (filled < length) {
        const count = fs.readSync(fd, bytes, filled, length - filled, position + filled);
        if (count === 0) break;
        filled += count;
      }
      return { size: fs.fstatSync(fd).size, bytes: bytes.subarray(0, filled) };
    } finally {
      fs.closeSync(fd);
    }
  },
  async list(folder) {
    const made = await fs.promises.mkdir(folder, { recursive: true });
    if (made) {
      await syncFolder(nodeFiles, dirname(made));
      await syncFolder(nodeFiles, dirname(folder));
    }
    return fs.promises.readdir(folder);
  },
  rename: (from, to) => fs.promises.rename(from, to),
  remove: (path) => fs.promises.rm(path, { force: true }),
};

/** Writes all of `bytes`. After a crash any part of it may be there, in any order of pages. */
export async function writeAll(file: File, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const count = await file.write(done === 0 ? bytes : bytes.subarray(done), position + done);
    if (count <= 0) throw new Error('the disk took nothing of a write');
    done += count;
  }
}

/** Fills `into` as far as the file reaches and returns the number of bytes read. */
export async function readAll(file: File, into: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const count = await file.read(done === 0 ? into : into.subarray(done), position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/**
 * Replaces a small file. After a crash it holds the old bytes or the new ones, whole; the new ones for certain once
 * `syncFolder` of its folder has returned.
 */
export async function replaceFile(files: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.tmp`;
  await writeFresh(files, draft, bytes);
  await files.rename(draft, path);
}

/** Makes a file with these bytes. After a crash it may be missing or cut short, until `syncFolder` has returned. */
export async function writeFresh(files: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  await withFile(files, path, 'fresh', async (file) => {
    await writeAll(file, bytes, 0);
    await file.sync();
  });
}

/** After this, files made, renamed and removed in the folder stay so through a power cut. */
export function syncFolder(files: FileSystem, folder: string): Promise<void> {
  return withFile(files, folder, 'folder', (file) => file.sync());
}

/** Opens, works and closes; the first failure is the one that is thrown. */
export async function withFile<T>(
  files: FileSystem,
  path: string,
  mode: OpenMode,
  work: (file: File) => Promise<T>,
): Promise<T> {
  const file = await files.open(path, mode);
  let result: T;
  try {
    result = await work(file);
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
  await file.close();
  return result;
}

const FLAGS = {
  read: fs.constants.O_RDONLY,
  write: fs.constants.O_RDWR | fs.constants.O_CREAT,
  fresh: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_TRUNC,
  folder: fs.constants.O_RDONLY | fs.constants.O_DIRECTORY,
} as const satisfies Record<OpenMode, number>;

// Plain descriptors and callbacks: a FileHandle costs several promises a call, and this is the hot path.
function openNodeFile(path: string, mode: OpenMode): Promise<File> {
  return new Promise((resolve, reject) => {
    fs.open(path, FLAGS[mode], 0o640, (error, fd) => {
      if (error) reject(error);
      else resolve(nodeFile(fd, mode === 'folder' ? fs.fsync : fs.fdatasync));
    });
  });
}

function nodeFile(fd: number, flush: typeof fs.fsync): File {
  return {
    read: (into, position) =>
      new Promise((resolve, reject) => {
        fs.read(fd, into, 0, into.length, position, (error, count) => (error ? reject(error) : resolve(count)));
      }),
    write: (bytes, position) =>
      new Promise((resolve, reject) => {
        fs.write(fd, bytes, 0, bytes.length, position, (error, count) => (error ? reject(error) : resolve(count)));
      }),
    sync: () => new Promise((resolve, reject) => flush(fd, (error) => (error ? reject(error) : resolve()))),
    close: () => new Promise((resolve, reject) => fs.close(fd, (error) => (error ? reject(error) : resolve()))),
  };
}
