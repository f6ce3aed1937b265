import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { HubError } from '../../lib/errors.ts';
import { FileSurvey, META_LOOK } from './file-survey.ts';
import type { Keep, Source, Survey, WantedFile } from './source.ts';

/**
 * What EmonCMS's backup module writes: a tar, mostly gzipped, of `emoncms.sql`, `phpfina/` and `phptimeseries/`. It is read
 * from front to back, once to look and once to take. Paths in it only name feeds; none is ever used as a path.
 */
export function archiveSource(path: string, onRead: (bytes: number, of: number) => void): Source {
  return {
    name: resolve(path),
    hasUsers: true,
    async survey(): Promise<Survey> {
      const found = new FileSurvey();
      let dumps = 0;
      await walk(path, onRead, async (entry) => {
        const why = refusal(entry);
        if (why) return found.strange(entry.path, why);
        if (/(^|\/)emoncms\.sql(\.gz)?$/.test(entry.path)) {
          dumps += 1;
          return found.dump(entry.path.endsWith('.gz') ? unpacked(entry) : bytesOf(entry));
        }
        const name = posix.basename(entry.path);
        if (inDataFolder(entry.path)) found.add(name, entry.size, name.endsWith('.meta') ? await head(entry) : null);
      });
      if (dumps !== 1) {
        const sentence = `${path} has ${dumps === 0 ? 'no' : 'more than one'} emoncms.sql in it, so it is no backup of EmonCMS.`;
        throw new HubError('HUB_IMPORT', { sentence });
      }
      return found.result();
    },
    async fetch(wanted: readonly WantedFile[], keep: Keep): Promise<void> {
      const missing = new Map(wanted.map((file) => [file.name, file]));
      for (const file of wanted.filter(({ bytes }) => bytes === 0)) {
        missing.delete(file.name);
        await keep(file, 0, none());
      }
      if (missing.size === 0) return;
      await walk(
        path,
        () => undefined,
        async (entry) => {
          const file = missing.get(posix.basename(entry.path));
          if (!file || refusal(entry) !== null || !inDataFolder(entry.path)) return;
          missing.delete(file.name);
          await keep(file, 0, bytesOf(entry));
        },
      );
    },
  };
}

async function* none(): AsyncGenerator<Buffer> {}

function refusal({ path, type }: ReadEntry): string | null {
  if (path.startsWith('/') || path.split('/').includes('..')) return 'its path leads out of the archive';
  if (type === 'SymbolicLink' || type === 'Link') return 'it is a link';
  return type === 'File' ||
    type === 'OldFile' ||
    type === 'ContiguousFile' ||
    type === 'Directory' ||
    type === 'GNUDumpDir'
    ? null
    : `it is no file but a ${type}`;
}

function inDataFolder(path: string): boolean {
  return /(^|\/)(phpfina|phptimeseries)\/[^/]+$/.test(path);
}

type Visit = (entry: ReadEntry) => Promise<void> | void;

/** Visits every entry in turn. Throws HUB_IMPORT where the archive is damaged or cut short. */
async function walk(path: string, onRead: (bytes: number, of: number) => void, visit: Visit): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    (cause: Error) => fail(`${path} cannot be read: ${cause.message}.`, cause),
  );
  const parser = new Parser({ maxDecompressionRatio: Number.POSITIVE_INFINITY });
  const bytes = createReadStream(path, { highWaterMark: CHUNK });
  const visits: Promise<void>[] = [];
  await new Promise<void>((done, failed) => {
    let read = 0;
    const stop = (error: unknown) => {
      bytes.destroy();
      failed(error);
    };
    parser.on('entry', (entry: ReadEntry) => {
      const visited = Promise.resolve(visit(entry)).finally(() => entry.resume());
      visits.push(visited);
      visited.catch(stop);
    });
    parser.on('warn', (code: string, message: string) => {
      if (code !== 'TAR_ENTRY_INFO') stop(damaged(path, message));
    });
    parser.on('error', (error: Error) => stop(damaged(path, error.message)));
    parser.on('end', done);
    parser.on('drain', () => bytes.resume());
    bytes.on('error', stop);
    bytes.on('end', () => parser.end());
    bytes.on('data', (chunk) => {
      read += chunk.length;
      onRead(read, size);
      if (!parser.write(chunk as Buffer)) bytes.pause();
    });
  });
  await Promise.all(visits);
}

const CHUNK = 256 * 1024;

function damaged(path: string, what: string): HubError {
  return new HubError('HUB_IMPORT', { sentence: `${path} is damaged or cut short: ${what}.` });
}

function fail(sentence: string, cause: unknown): never {
  throw new HubError('HUB_IMPORT', { sentence, cause });
}

async function* bytesOf(entry: ReadEntry): AsyncGenerator<Buffer> {
  for await (const chunk of entry) yield chunk as Buffer;
}

async function* unpacked(entry: ReadEntry): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const done = pipeline(bytesOf(entry), gunzip);
  done.catch(() => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
  await done;
}

async function head(entry: ReadEntry): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of bytesOf(entry)) if (bytes.length < META_LOOK) bytes = Buffer.concat([bytes, chunk]);
  return bytes.subarray(0, META_LOOK);
}
