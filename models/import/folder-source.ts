import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { HubError } from '../../lib/errors.ts';
import { FileSurvey, META_LOOK } from './file-survey.ts';
import type { Keep, Source, Survey, WantedFile } from './source.ts';

export interface FolderWish {
  /** EmonCMS's phpfina folder, or the folder above it. */
  readonly folder: string;
  /** Its phptimeseries folder; null where it stands beside or does not exist. */
  readonly records: string | null;
  /** A dump of its database, `.gz` or not. */
  readonly dump: string | null;
}

/** EmonCMS's data folders as they are on a disk, with a dump of its database. */
export function folderSource({ folder, records, dump }: FolderWish): Source {
  const places = new Map<string, string>();
  return {
    name: resolve(folder),
    hasUsers: dump !== null,
    async survey(): Promise<Survey> {
      const found = new FileSurvey();
      for (const one of await foldersIn(folder, records)) await look(one, found, places);
      if (dump !== null) await found.dump(await openDump(dump));
      return found.result();
    },
    async fetch(wanted: readonly WantedFile[], keep: Keep): Promise<void> {
      for (const file of wanted) {
        const place = places.get(file.name);
        // A feed without a file yet is an empty one.
        const bytes =
          place && file.bytes > 0 ? createReadStream(place, { end: file.bytes - 1, highWaterMark: CHUNK }) : none();
        await keep(file, 0, bytes);
      }
    },
  };
}

const CHUNK = 1024 * 1024;

async function* none(): AsyncGenerator<Buffer> {}

async function foldersIn(folder: string, records: string | null): Promise<string[]> {
  const names = await list(folder);
  const inside = ['phpfina', 'phptimeseries'].filter((name) => names.includes(name)).map((name) => join(folder, name));
  return [...(inside.length > 0 ? inside : [folder]), ...(records === null ? [] : [records])];
}

async function look(folder: string, found: FileSurvey, places: Map<string, string>): Promise<void> {
  for (const name of await list(folder)) {
    const path = join(folder, name);
    const { size } = await stat(path);
    if (found.add(name, size, name.endsWith('.meta') ? await head(path) : null)) places.set(name, path);
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile() || entry.isDirectory()).map(({ name }) => name);
  } catch (cause) {
    throw new HubError('HUB_IMPORT', { sentence: `${folder} cannot be read: ${(cause as Error).message}.`, cause });
  }
}

async function head(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(META_LOOK), 0, META_LOOK, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function openDump(path: string): Promise<AsyncIterable<Buffer>> {
  const file = await open(path, 'r').catch((cause: Error) => {
    throw new HubError('HUB_IMPORT', { sentence: `${path} cannot be read: ${cause.message}.`, cause });
  });
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  const bytes = file.createReadStream({ start: 0, highWaterMark: CHUNK });
  const packed = bytesRead === 2 && buffer.readUInt16BE(0) === GZIP;
  return packed ? unpacked(bytes, path) : bytes;
}

const GZIP = 0x1f8b;

async function* unpacked(bytes: ReturnType<typeof createReadStream>, path: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  bytes.on('error', (error) => gunzip.destroy(error));
  try {
    yield* bytes.pipe(gunzip) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new HubError('HUB_IMPORT', { sentence: `${path} is damaged: ${(cause as Error).message}.`, cause });
  }
}
