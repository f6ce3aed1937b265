import { join } from 'node:path';
import { HubError } from '../../lib/errors.ts';
import { Mutex } from '../../lib/mutex.ts';
import { type File, type FileSystem, syncFolder, writeAll } from './file.ts';
import { RecordBuffer } from './journal-record.ts';
import { FRAME_HEADER, putSegmentHeader, SEGMENT_HEADER, sealFrame, segmentName } from './journal-segment.ts';

export interface JournalDeps {
  readonly folder: string;
  readonly files: FileSystem;
  /** A segment gives way to the next one when it has this many bytes after its checkpoint. */
  readonly segmentBytes: number;
  /** Writes everything a reader of this segment alone must know: newest readings and states. */
  readonly checkpoint: (into: RecordBuffer) => void;
  readonly onFailure: (cause: unknown) => void;
  /** Called when a new segment has begun. */
  readonly onSegment: () => void;
}

/** Records handed over while the write before was under way; they are written, and lost, together. */
interface Group {
  readonly records: RecordBuffer;
  promise: Promise<void> | null;
  resolve: () => void;
  reject: (cause: unknown) => void;
}

/** Append-only segments, one write under way at a time, each for everything that came in meanwhile. */
export class Journal {
  readonly #deps: JournalDeps;
  /** Older segments, still needed, and their sizes. */
  readonly #older = new Map<number, number>();
  readonly #syncing = new Mutex();
  #filling = newGroup();
  #spare = newGroup();
  #writing: Group | null = null;
  #running = false;
  #rotating = false;
  #file: File | null = null;
  #retired: File[] = [];
  #position = 0;
  readonly #kept = new Set<number>();
  /** How far the segment's file reaches; what lies behind `#position` is zeros. */
  #reach = 0;
  #written = 0;
  #synced = 0;
  #folderStale = true;
  /** What the segment held when its checkpoint was done; rotation counts from there. */
  #checkpointEnd = 0;
  #failure: HubError | null;
  /** Sequence of the newest segment. */
  sequence: number;

  /** `older`: sequence and size of the segments found at open. Nothing can be written before `restart`. */
  constructor(deps: JournalDeps, older: Iterable<readonly [number, number]>) {
    this.#deps = deps;
    for (const [sequence, bytes] of older) this.#older.set(sequence, bytes);
    this.sequence = Math.max(0, ...this.#older.keys());
    this.#failure = new HubError('HUB_STORAGE', { cause: new Error('the journal is not open') });
  }

  /** Where the next records go; `commit` in the same turn makes them one with the others of their group. */
  get records(): RecordBuffer {
    return this.#filling.records;
  }

  get failure(): HubError | null {
    return this.#failure;
  }

  get oldest(): number {
    return this.#older.keys().next().value ?? this.sequence;
  }

  get bytes(): number {
    let sum = this.#position;
    for (const bytes of this.#older.values()) sum += bytes;
    return sum;
  }

  /**
   * Writes the records with their group. Once it resolves, a killed process loses none of them; a power cut may until
   * `sync`. After a crash before that, all of the group is there or nothing.
   */
  commit(): Promise<void> {
    const group = this.#filling;
    if (this.#failure) {
      group.records.empty();
      return refusal(this.#failure);
    }
    if (group.promise) return group.promise;
    group.promise = new Promise((resolve, reject) => {
      group.resolve = resolve;
      group.reject = reject;
    });
    group.promise.catch(() => undefined);
    if (!this.#running) {
      this.#running = true;
      // What else arrives in this turn of the loop shares the write.
      setImmediate(() => void this.#run());
    }
    return group.promise;
  }

  /** Resolves when everything committed so far survives a power cut. */
  sync(): Promise<void> {
    return this.#syncing.run(async () => {
      await (this.#filling.promise ?? this.#writing?.promise);
      if (this.#failure) throw this.#failure;
      try {
        await this.#syncFiles();
      } catch (error) {
        this.fail(error);
        throw this.#failure;
      }
    });
  }

  /** Resolves when segments that were removed cannot come back after a power cut. */
  syncRemovals(): Promise<void> {
    return syncFolder(this.#deps.files, this.#deps.folder);
  }

  /** Begins a new segment, with a checkpoint and nothing else. */
  rotate(): Promise<void> {
    this.#rotating = true;
    return this.commit();
  }

  /**
   * Removes segments before `sequence`, oldest first, so that what remains has no hole. Precondition: whatever they hold
   * is in synced files and in the synced checkpoint of a later segment, or is to be kept. After a crash some of them may
   * still be there.
   */
  async trim(sequence: number): Promise<void> {
    const { files, folder } = this.#deps;
    for (const old of [...this.#older.keys()]) {
      if (old >= sequence) break;
      if (this.#kept.delete(old)) await setAside(files, folder, segmentName(old));
      else await files.remove(join(folder, segmentName(old)));
      this.#older.delete(old);
    }
  }

  /** Has `trim` set the segment aside instead of removing it: it holds points that no file takes. */
  keep(sequence: number): void {
    this.#kept.add(sequence);
  }

  /** Refuses everything from now on, until `restart`. */
  fail(cause: unknown): void {
    if (this.#failure) return;
    this.#stop(cause);
    this.#deps.onFailure(cause);
  }

  /**
   * Opens a fresh segment on a fresh descriptor and writes into it, and through to the disk, all that `dump` and the
   * checkpoint know; only then are records taken again. After a crash on the way the older segments still stand.
   */
  restart(dump: (into: RecordBuffer) => void): Promise<void> {
    // Not while a sync is under way on the descriptors that are given up.
    return this.#syncing.run(() => this.#restart(dump));
  }

  /** Lets go of the files. Nothing is written, and nothing taken from now on. */
  close(): Promise<void> {
    this.#stop(new Error('the journal is closed'));
    return this.#syncing.run(async () => {
      while (this.#running) await turn();
      this.#retire();
      for (const file of this.#retired.splice(0)) await file.close().catch(() => undefined);
    });
  }

  async #restart(dump: (into: RecordBuffer) => void): Promise<void> {
    const { files, folder } = this.#deps;
    while (this.#running) await turn();
    const sequence = this.sequence + 1;
    const path = join(folder, segmentName(sequence));
    let file: File | null = null;
    let bytes: Buffer;
    try {
      file = await files.open(path, 'fresh');
      const records = new RecordBuffer(RESERVE);
      dump(records);
      this.#deps.checkpoint(records);
      bytes = sealSegment(records, sequence);
      await writeAll(file, bytes, 0);
      await file.sync();
      await syncFolder(files, folder);
    } catch (error) {
      this.#failure = new HubError('HUB_STORAGE', { cause: error });
      // The number is used again, so that the segments stay without a hole.
      await file?.close().catch(() => undefined);
      await files.remove(path).catch(() => undefined);
      throw this.#failure;
    }
    this.#retire();
    for (const old of this.#retired.splice(0)) await old.close().catch(() => undefined);
    this.sequence = sequence;
    this.#file = file;
    this.#position = this.#reach = this.#checkpointEnd = bytes.length;
    this.#written = this.#synced = 0;
    this.#folderStale = this.#rotating = false;
    // A failed write kept its group; both start anew.
    this.#filling = newGroup();
    this.#spare = newGroup();
    this.#writing = null;
    this.#failure = null;
  }

  #stop(cause: unknown): void {
    this.#failure = new HubError('HUB_STORAGE', { cause });
    for (const group of [this.#writing, this.#filling]) {
      group?.reject(this.#failure);
      if (group) group.promise = null;
    }
    this.#filling.records.empty();
  }

  async #run(): Promise<void> {
    while (!this.#failure && this.#filling.promise) {
      try {
        await this.#writeGroup();
      } catch (error) {
        this.fail(error);
      }
    }
    this.#running = false;
  }

  async #writeGroup(): Promise<void> {
    const begin = this.#rotating || this.#position - this.#checkpointEnd >= this.#deps.segmentBytes;
    const next = begin ? await this.#openNext() : null;
    if (this.#failure) {
      await next?.close();
      return;
    }
    const group = this.#filling;
    this.#filling = this.#spare;
    this.#writing = group;
    let bytes: Buffer;
    if (next) {
      this.#retire();
      this.#file = next;
      this.sequence += 1;
      this.#position = this.#reach = 0;
      this.#rotating = false;
      this.#folderStale = true;
      // The checkpoint knows the group's own changes too, so both go into the one frame that holds or does not.
      this.#deps.checkpoint(group.records);
      bytes = sealSegment(group.records, this.sequence);
      this.#checkpointEnd = bytes.length;
    } else {
      bytes = group.records.bytes.subarray(SEGMENT_HEADER);
      sealFrame(bytes, this.sequence);
    }
    const at = this.#position;
    const end = at + bytes.length;
    const padding = end > this.#reach ? roomBehind(bytes.length) : 0;
    await writeAll(this.#file!, padding > 0 ? Buffer.concat([bytes], bytes.length + padding) : bytes, at);
    this.#position = end;
    this.#reach = Math.max(this.#reach, end + padding);
    this.#written += 1;
    const { resolve } = group;
    group.promise = null;
    group.records.empty();
    this.#writing = null;
    this.#spare = group;
    if (this.#failure) return;
    resolve();
    if (next) this.#deps.onSegment();
  }

  #openNext(): Promise<File> {
    return this.#deps.files.open(join(this.#deps.folder, segmentName(this.sequence + 1)), 'fresh');
  }

  #retire(): void {
    if (!this.#file) return;
    this.#retired.push(this.#file);
    this.#older.set(this.sequence, this.#position);
    this.#file = null;
    this.#position = this.#reach = 0;
  }

  async #syncFiles(): Promise<void> {
    const retired = [...this.#retired];
    const current = this.#file;
    const written = this.#written;
    for (const file of retired) await file.sync();
    if (written !== this.#synced) await current?.sync();
    if (this.#folderStale) {
      this.#folderStale = false;
      await syncFolder(this.#deps.files, this.#deps.folder);
    }
    this.#synced = written;
    this.#retired = this.#retired.filter((file) => !retired.includes(file));
    for (const file of retired) await file.close();
  }
}

/** Beside the segments: those that hold points of feeds whose files cannot be used. */
export const KEPT_FOLDER = 'kept';
const RESERVE = SEGMENT_HEADER + FRAME_HEADER;
/** Zeros written ahead of the small frames of a quiet house. */
const ROOM = 256 * 1024;

/**
 * How many zeros to write behind a frame that makes the file longer: the frames after it then change no size, and a sync of
 * them writes their blocks alone and nothing of the file system's own. Frames that fill the room at once do without.
 */
function roomBehind(bytes: number): number {
  return bytes < ROOM / 16 ? ROOM - bytes : 0;
}

/** Moves a segment to where nothing reads or removes it. What lies there under its name already stays. */
async function setAside(files: FileSystem, folder: string, name: string): Promise<void> {
  const place = join(folder, KEPT_FOLDER);
  const taken = new Set(await files.list(place));
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name}.${n}`;
  await files.rename(join(folder, name), join(place, free));
  await syncFolder(files, place);
}

function newGroup(): Group {
  return { records: new RecordBuffer(RESERVE), promise: null, resolve: () => undefined, reject: () => undefined };
}

/** A rejected promise that does not bring the process down when its caller has given up waiting. */
export function refusal(error: HubError): Promise<never> {
  const refused = Promise.reject(error);
  refused.catch(() => undefined);
  return refused;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function sealSegment(records: RecordBuffer, sequence: number): Buffer {
  const bytes = records.bytes;
  putSegmentHeader(bytes, sequence);
  sealFrame(bytes.subarray(SEGMENT_HEADER), sequence);
  return bytes;
}
