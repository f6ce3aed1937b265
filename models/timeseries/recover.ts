import { join } from 'node:path';
import type { Feed, Report } from './feed-folder.ts';
import { type FileSystem, syncFolder } from './file.ts';
import { type RecordSink, readRecords } from './journal-record.ts';
import { readSegment, segmentName, segmentSequence } from './journal-segment.ts';

export interface RecoverDeps {
  readonly folder: string;
  readonly journal: string;
  readonly files: FileSystem;
  readonly report: Report;
  /** Called with every feed that got points back and the segment they came from. */
  readonly touched: (feed: Feed, segment: number) => void;
  /** Called for each segment with points of a feed whose files are missing or cannot be used. */
  readonly homeless: (feed: number, segment: number) => void;
}

/** What the journal told before any feed was looked at. */
export interface JournalReading {
  readonly segments: readonly { readonly sequence: number; readonly bytes: number }[];
  /** For each feed that was cleared, trimmed or removed: the number of the record, counted from 0, before which nothing counts. */
  readonly barriers: ReadonlyMap<number, number>;
  readonly replaced: readonly { readonly feed: number; readonly operation: number }[];
  /** Feeds whose removal was decided, and the segment that says so. */
  readonly removed: ReadonlyMap<number, number>;
  readonly lastOperation: number;
}

/** Reads the whole journal once for what it says about files, and reports what does not hold. */
export async function readJournal(deps: RecoverDeps): Promise<JournalReading> {
  const sequences = await contiguous(deps);
  const segments: { sequence: number; bytes: number }[] = [];
  const barriers = new Map<number, number>();
  const replaced: { feed: number; operation: number }[] = [];
  const removed = new Map<number, number>();
  let lastOperation = 0;
  let record = 0;
  let segment = 0;
  const count = () => void record++;
  const sink: RecordSink = {
    point: count,
    gap: count,
    last: count,
    state: count,
    slots: count,
    records: count,
    replaced(feed, operation) {
      barriers.set(feed, record++);
      replaced.push({ feed, operation });
      lastOperation = Math.max(lastOperation, operation);
    },
    removed(feed) {
      barriers.set(feed, record++);
      removed.set(feed, segment);
    },
  };
  for (const sequence of sequences) {
    segment = sequence;
    const path = join(deps.journal, segmentName(sequence));
    const { bytes, frames, damages } = await readSegment(deps.files, path, sequence);
    for (const damage of damages) deps.report(damage.file, damage.offset, damage.what);
    for (const frame of frames) readFrame(frame, sink, () => deps.report(path, 0, 'a frame holds an unknown record'));
    segments.push({ sequence, bytes });
  }
  return { segments, barriers, replaced, removed, lastOperation };
}

/**
 * Finishes what was decided about files before the crash: prepared files take their places, removed feeds go, leftovers of
 * anything undecided are deleted. Returns the names that are left. A crash on the way leaves it to be done again.
 */
export async function settleFiles(deps: RecoverDeps, journal: JournalReading): Promise<string[]> {
  const { files, folder } = deps;
  const decided = new Set(journal.replaced.map(({ feed, operation }) => `${feed}/${operation}`));
  // Sums of files that gave way to others.
  const isVoid = (name: string) => name.endsWith('.sum') && journal.barriers.has(feedOf(name) ?? -1);
  let changed = false;
  const inOrder = (await files.list(folder)).map((name) => ({ name, prepared: parsePrepared(name) }));
  inOrder.sort((a, b) => (a.prepared?.operation ?? 0) - (b.prepared?.operation ?? 0));
  for (const { name, prepared } of inOrder) {
    const feed = feedOf(prepared?.base ?? name.replace(/\.tmp$/, ''));
    if (prepared && feed !== null && decided.has(`${feed}/${prepared.operation}`) && !journal.removed.has(feed)) {
      await files.rename(join(folder, name), join(folder, prepared.base));
    } else if (feed !== null && (prepared || name.endsWith('.tmp') || journal.removed.has(feed) || isVoid(name))) {
      await files.remove(join(folder, name));
    } else continue;
    changed = true;
  }
  if (!changed) return inOrder.map(({ name }) => name);
  await syncFolder(files, folder);
  return files.list(folder);
}

/** Does every record again that still counts. Doing it twice, or over files that hold some of it, ends in the same values. */
export async function replay(deps: RecoverDeps, journal: JournalReading, feeds: Map<number, Feed>): Promise<void> {
  let record = 0;
  let segment = 0;
  const feedFor = (id: number): Feed | undefined => {
    record += 1;
    return feeds.get(id);
  };
  /** The file of a feed unless a later barrier makes the record void. */
  const fileFor = (id: number) => {
    const feed = feedFor(id);
    if (record - 1 < (journal.barriers.get(id) ?? -1)) return null;
    if (!feed?.file) {
      deps.homeless(id, segment);
      return null;
    }
    deps.touched(feed, segment);
    return feed.file;
  };
  const sink: RecordSink = {
    point(id, time, value) {
      feeds.get(id)?.setLast(time, value);
      fileFor(id)?.redoPoint(time, value);
    },
    gap(id, time, value, skipped, before) {
      feeds.get(id)?.setLast(time, value);
      fileFor(id)?.redoGap(time, value, skipped, before);
    },
    last: (id, time, value) => feedFor(id)?.setLast(time, value),
    state: (id, slot, value) => void feedFor(id)?.states.set(slot, value),
    slots: (id, start, first, values) => fileFor(id)?.redoSlots(start, first, values),
    records: (id, times, values) => fileFor(id)?.redoRecords(times, values),
    replaced: (id) => void feedFor(id),
    removed: (id) => void feedFor(id),
  };
  for (const { sequence } of journal.segments) {
    segment = sequence;
    const { frames } = await readSegment(deps.files, join(deps.journal, segmentName(sequence)), sequence);
    for (const frame of frames) readFrame(frame, sink, () => undefined);
  }
}

function readFrame(frame: Buffer, sink: RecordSink, unknown: () => void): void {
  try {
    readRecords(frame, sink);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    unknown();
  }
}

// Segments go oldest first, so whatever lies before a hole had been done with: its deletion was lost in a power cut.
async function contiguous(deps: RecoverDeps): Promise<number[]> {
  const names = await deps.files.list(deps.journal);
  const sequences = names.map(segmentSequence).filter((sequence) => sequence !== null);
  sequences.sort((a, b) => a - b);
  let first = sequences.length - 1;
  while (first > 0 && sequences[first - 1] === sequences[first]! - 1) first--;
  for (const stale of sequences.slice(0, Math.max(0, first))) {
    const path = join(deps.journal, segmentName(stale));
    deps.report(path, 0, 'a segment before a hole in the journal was left out');
    await deps.files.remove(path);
  }
  return sequences.slice(Math.max(0, first));
}

function parsePrepared(name: string): { base: string; operation: number } | null {
  const match = /^(.+)\.(\d+)\.new$/.exec(name);
  return match ? { base: match[1]!, operation: Number(match[2]) } : null;
}

function feedOf(name: string): number | null {
  const match = /^(?:feed_)?(\d+)\.(?:meta|dat|sum|MYD)$/.exec(name);
  return match ? Number(match[1]) : null;
}
