import type { FeedFile, Replacement } from './feed-file.ts';
import type { Feed } from './feed-folder.ts';
import { type FileSystem, readAll, syncFolder, withFile, writeAll, writeFresh } from './file.ts';
import { flushFiles } from './flush.ts';
import { markDirty, type Storage, storageError, type Unfinished } from './storage.ts';

const COPY_BYTES = 1024 * 1024;

/**
 * Gives the feed the files that `make` describes. They are written and synced under names of their own; one synced record
 * in the journal decides; then they are renamed. After a crash the feed has the old files or the new ones, never a mixture.
 */
export async function replaceFiles(
  storage: Storage,
  feed: Feed,
  file: FeedFile,
  make: (operation: number) => Promise<Replacement | null>,
): Promise<void> {
  try {
    await flushFiles(storage, [file], () => true);
  } catch (error) {
    storage.journal.fail(error);
    throw error;
  }
  const operation = ++storage.operation;
  const replacement = await make(operation);
  if (!replacement) throw new RangeError('New start time out of range');
  await prepare(storage, replacement);

  replacement.apply();
  file.generation += 1;
  if (file.waiting > 0) markDirty(storage, file, storage.journal.sequence);
  const finish = async () => {
    if (file.derived) await storage.files.remove(file.derived);
    for (const { path } of replacement.parts) {
      // Where a first attempt came half way, some have their names already.
      if (storage.files.glance(path, 0, 0)) await storage.files.rename(path, path.replace(PREPARED, ''));
    }
    await syncFolder(storage.files, storage.folder.path);
    file.replacing = null;
  };
  const record: Unfinished['record'] = (out) => out.replaced(feed.id, operation);
  const done = decide(storage, feed.id, { record, finish }, file);
  // Until then the files are not the ones that memory speaks of. A reader hears of a failure from here.
  file.replacing = done;
  await done;
}

// After a crash the prepared files mean nothing: the next open deletes them.
async function prepare({ files, folder }: Storage, { parts }: Replacement): Promise<void> {
  try {
    for (const part of parts) {
      if ('bytes' in part) await writeFresh(files, part.path, part.bytes);
      else await copyPart(files, part.path.replace(PREPARED, ''), part.path, part.from, part.to);
    }
    await syncFolder(files, folder.path);
  } catch (error) {
    for (const { path } of parts) await files.remove(path).catch(() => undefined);
    throw error;
  }
}

/** Removes the feed's files. After a crash it is there whole, or its removal is finished at the next open. */
export async function removeFiles(storage: Storage, feed: Feed, paths: readonly string[]): Promise<void> {
  const file = feed.loaded;
  storage.feeds.delete(feed.id);
  storage.removed.set(feed.id, Number.MAX_SAFE_INTEGER);
  if (file) {
    storage.dirty.delete(file);
    file.generation += 1;
  }
  const finish = async () => {
    for (const path of paths) await storage.files.remove(path);
    await syncFolder(storage.files, storage.folder.path);
  };
  await decide(storage, feed.id, { record: (out) => out.removed(feed.id), finish }, null);
  storage.removed.set(feed.id, storage.journal.sequence);
}

// Writes the record at once, so that nothing appended later comes before it, and then brings the disk to what was decided.
async function decide(storage: Storage, feed: number, work: Unfinished, file: FeedFile | null): Promise<void> {
  const { journal, unfinished } = storage;
  unfinished.set(feed, work);
  work.record(journal.records);
  file?.dump(journal.records);
  try {
    await journal.commit();
    await journal.sync();
    await work.finish();
    unfinished.delete(feed);
  } catch (error) {
    journal.fail(error);
    throw storageError(error);
  }
}

const PREPARED = /\.\d+\.new$/;

async function copyPart(files: FileSystem, source: string, target: string, from: number, to: number): Promise<void> {
  await withFile(files, target, 'fresh', async (out) => {
    if (to > from) {
      await withFile(files, source, 'read', async (file) => {
        for (let at = from; at < to; at += COPY_BYTES) {
          const bytes = Buffer.alloc(Math.min(COPY_BYTES, to - at));
          const count = await readAll(file, bytes, at);
          if (count < bytes.length) throw new Error(`${source} ends at ${at + count}`);
          await writeAll(out, bytes, at - from);
        }
      });
    }
    await out.sync();
  });
}
