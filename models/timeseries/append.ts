import type { Feed } from './feed-folder.ts';
import { refusal } from './journal.ts';
import type { RecordBuffer } from './journal-record.ts';
import type { Change } from './series.ts';
import { markDirty, type Storage, storageError } from './storage.ts';

const MAX_TIME = 0xffff_ffff;
/** More values than this do not wait in memory: 128 MB, which takes a gap of years in many feeds at once. */
const MAX_WAITING = 32_000_000;
/** While the disk refuses, memory takes no more than this, all of which nobody was promised. */
const MAX_UNPROMISED = 4_000_000;
const DONE = Promise.resolve();

/**
 * Applies the changes to memory at once and hands their records to the journal. After a crash all of them are there or
 * none; all, once the promise has resolved. What concerns a damaged feed is left out, and the promise then rejects.
 */
export function append(storage: Storage, changes: readonly Change[]): Promise<void> {
  const { journal } = storage;
  if (storage.waiting > (journal.failure ? MAX_UNPROMISED : MAX_WAITING)) {
    return refusal(journal.failure ?? storageError(new Error('too much waits in memory')));
  }
  const out = journal.records;
  const before = out.size;
  let damaged: Feed | null = null;
  for (const change of changes) {
    const feed = storage.feeds.get(change.feed);
    if (!feed) continue;
    if (change.kind === 'point') {
      if (!appendPoint(storage, feed, Math.floor(change.time), change.value, change.join === true, out)) damaged = feed;
    } else if (change.kind === 'last') {
      const value = change.value ?? Number.NaN;
      feed.setLast(change.time, value);
      out.last(feed.id, change.time, value);
    } else {
      feed.states.set(change.slot, change.value);
      out.state(feed.id, change.slot, change.value);
    }
  }
  const kept = out.size > before ? journal.commit() : DONE;
  if (!damaged) return kept;
  const error = damaged.damage();
  const answer = kept.then(() => refusal(error));
  answer.catch(() => undefined);
  return answer;
}

// False when the feed is damaged. A point without a slot still is the newest reading.
function appendPoint(
  storage: Storage,
  feed: Feed,
  time: number,
  value: number,
  join: boolean,
  out: RecordBuffer,
): boolean {
  const file = feed.loaded ?? feed.file;
  if (!file) return false;
  feed.setLast(time, value);
  const waited = file.waiting;
  if (time >= 0 && time <= MAX_TIME && file.accept(time, value, join, out)) {
    storage.waiting += file.waiting - waited;
    if (file.firstSegment === 0) markDirty(storage, file, storage.journal.sequence);
  } else {
    out.last(feed.id, time, value);
  }
  return true;
}
