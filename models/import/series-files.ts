import { open } from 'node:fs/promises';
import { META_BYTES, parseMeta } from '../timeseries/meta.ts';
import { RECORD } from '../timeseries/variable-record.ts';
import type { SourceFeed } from './contents.ts';
import { changed, type Note } from './note.ts';
import type { SourceFiles, WantedFile } from './source.ts';

/** What there is to take of one feed's files. */
export type Judged =
  | {
      readonly ok: true;
      readonly interval: number;
      /** The `.meta` as it is; null for a feed of records. */
      readonly meta: Buffer | null;
      readonly file: WantedFile;
      readonly notes: readonly Note[];
    }
  | { readonly ok: false; readonly why: string };

const SLOT = 4;

/** Only whole values count, as in EmonCMS: what follows them is the rest of a write that was cut short. */
export function judgeFiles({ id, engine }: Pick<SourceFeed, 'id' | 'engine'>, files: SourceFiles | undefined): Judged {
  return engine === 5 ? judgeFixed(id, files) : judgeRecords(id, files);
}

function judgeFixed(id: number, files: SourceFiles | undefined): Judged {
  const name = `${id}.dat`;
  if (!files?.meta) return { ok: false, why: `${id}.meta is missing, which says when the values were` };
  const meta = parseMeta(files.meta);
  if (!meta) {
    const why =
      files.meta.length < META_BYTES
        ? `ends at byte ${files.meta.length} of ${META_BYTES}`
        : 'has no interval at byte 8';
    return { ok: false, why: `${id}.meta is damaged: it ${why}` };
  }
  if (meta.interval > MOST_INTERVAL)
    return { ok: false, why: `${id}.meta is damaged: no interval at byte 8 can be that long` };
  const size = files.data ?? 0;
  const bytes = size - (size % SLOT);
  const notes = torn(name, size, bytes);
  if (files.data === null && meta.startTime > 0) notes.push(changed(name, 'is missing; the feed comes over empty'));
  return {
    ok: true,
    interval: meta.interval,
    meta: files.meta.subarray(0, META_BYTES),
    file: { feed: id, name, bytes },
    notes,
  };
}

function judgeRecords(id: number, files: SourceFiles | undefined): Judged {
  const name = `feed_${id}.MYD`;
  const size = files?.records ?? 0;
  const bytes = size - (size % RECORD);
  const notes = torn(name, size, bytes);
  if (files?.records == null) notes.push(changed(name, 'is missing; the feed comes over empty'));
  return { ok: true, interval: 0, meta: null, file: { feed: id, name, bytes }, notes };
}

function torn(name: string, size: number, whole: number): Note[] {
  if (size === whole) return [];
  return [changed(name, `${size - whole} bytes of a torn value at offset ${whole} were left out`)];
}

const MOST_INTERVAL = 0x7fffffff;
const CHUNK = RECORD * 65_536;

/** Says where a file of records, already whole in `path`, holds what is no record or goes back in time. */
export async function recordNotes(path: string, name: string): Promise<Note[]> {
  const file = await open(path, 'r');
  const found = { damaged: [] as number[], backwards: [] as number[] };
  try {
    const bytes = Buffer.alloc(CHUNK);
    let before = -1;
    for (let offset = 0; ; offset += CHUNK) {
      const { bytesRead } = await file.read(bytes, 0, CHUNK, offset);
      for (let at = 0; at + RECORD <= bytesRead; at += RECORD) {
        const time = bytes.readUInt32LE(at + 1);
        if (bytes[at] !== TAG) found.damaged.push(offset + at);
        else if (time <= before) found.backwards.push(offset + at);
        else before = time;
      }
      if (bytesRead < CHUNK) break;
    }
  } finally {
    await file.close();
  }
  return [
    ...sentence(name, found.damaged, 'no record, taken as it is and read as no value'),
    ...sentence(name, found.backwards, 'not later than the record before, taken as it is'),
  ];
}

const TAG = 0xf9;

function sentence(name: string, offsets: readonly number[], what: string): Note[] {
  if (offsets.length === 0) return [];
  const more = offsets.length > 1 ? ` and at ${offsets.length - 1} more places` : '';
  return [changed(name, `at offset ${offsets[0]}${more}: ${what}`)];
}
