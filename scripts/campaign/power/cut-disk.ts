import type { Happening } from './recorded-disk.ts';

/** What a power cut is allowed to do to what was not synced. */
export interface Weather {
  /** Blocks of this size are there or not, each by itself. */
  readonly sector: 512 | 4096;
  /** How probable it is that what was not synced is there all the same. */
  readonly kept: number;
  /** Names change in the order of their changes up to some point, in each folder by itself, or each change by itself. */
  readonly names: 'in order' | 'by folder' | 'any';
}

interface Write {
  readonly position: number;
  readonly bytes: Buffer;
  /** Its place among everything that happened. */
  readonly at: number;
}

interface Inode {
  /** What is certain. */
  synced: Buffer;
  loose: Write[];
}

interface NameChange {
  readonly folder: string;
  readonly at: number;
  apply(names: Map<string, number>): void;
}

/** A disk that a recording is played to, happening by happening; after each the power can be cut in many ways. */
export class CutDisk {
  readonly #inodes = new Map<number, Inode>();
  readonly #names = new Map<string, number>();
  #changes: NameChange[] = [];
  readonly #begun = new Map<number, number>();
  #at = 0;

  play(happening: Happening): void {
    const at = this.#at++;
    switch (happening.what) {
      case 'write':
        this.#inode(happening.file).loose.push({ ...happening, at });
        break;
      case 'name': {
        const { path, file, folder } = happening;
        this.#changes.push({
          folder,
          at,
          apply: (names) => void (file === null ? names.delete(path) : names.set(path, file)),
        });
        break;
      }
      case 'rename': {
        const { from, to, folder } = happening;
        const file = this.#nameNow(from);
        this.#changes.push({
          folder,
          at,
          apply(names) {
            names.delete(from);
            if (file !== undefined) names.set(to, file);
          },
        });
        break;
      }
      case 'sync begins':
      case 'folder sync begins':
        this.#begun.set(happening.sync, at);
        break;
      case 'sync ended':
        this.#settle(this.#inode(happening.file), this.#begun.get(happening.sync) ?? 0);
        break;
      case 'folder sync ended':
        this.#settleNames(happening.folder, this.#begun.get(happening.sync) ?? 0);
        break;
      case 'note':
    }
  }

  /** The files of one disk that the power cut may leave. */
  cut({ sector, kept, names: order }: Weather, chance: () => number): Map<string, Buffer> {
    const names = new Map(this.#names);
    for (const change of survivors(this.#changes, order, kept, chance)) change.apply(names);
    const files = new Map<string, Buffer>();
    for (const [path, file] of names) {
      const { synced, loose } = this.#inode(file);
      files.set(path, loose.length === 0 ? synced : torn(synced, loose, sector, kept, chance));
    }
    return files;
  }

  #inode(file: number): Inode {
    let inode = this.#inodes.get(file);
    if (!inode) {
      inode = { synced: Buffer.alloc(0), loose: [] };
      this.#inodes.set(file, inode);
    }
    return inode;
  }

  #nameNow(path: string): number | undefined {
    const names = new Map(this.#names);
    for (const change of this.#changes) change.apply(names);
    return names.get(path);
  }

  #settle(inode: Inode, begun: number): void {
    for (const write of inode.loose) if (write.at < begun) inode.synced = put(inode.synced, write);
    inode.loose = inode.loose.filter(({ at }) => at >= begun);
  }

  #settleNames(folder: string, begun: number): void {
    const certain = (change: NameChange) => change.folder === folder && change.at < begun;
    for (const change of this.#changes) if (certain(change)) change.apply(this.#names);
    this.#changes = this.#changes.filter((change) => !certain(change));
  }
}

function survivors(
  changes: readonly NameChange[],
  order: Weather['names'],
  kept: number,
  chance: () => number,
): readonly NameChange[] {
  const upTo = (count: number) => (chance() < kept ? count : Math.floor(chance() * (count + 1)));
  if (order === 'any') return changes.filter(() => chance() < kept);
  if (order === 'in order') return changes.slice(0, upTo(changes.length));
  const limits = new Map<string, number>();
  for (const { folder } of changes) limits.set(folder, (limits.get(folder) ?? 0) + 1);
  for (const [folder, count] of limits) limits.set(folder, upTo(count));
  return changes.filter(({ folder }) => {
    const left = limits.get(folder) ?? 0;
    limits.set(folder, left - 1);
    return left > 0;
  });
}

/**
 * Each sector holds what it held after any of the writes that met it; the size is that after any of the writes. A size
 * ahead of its data leaves zeros.
 */
function torn(synced: Buffer, loose: readonly Write[], sector: number, kept: number, chance: () => number): Buffer {
  let longest = synced.length;
  const met = new Map<number, number>();
  const sizes = [synced.length];
  for (const { position, bytes } of loose) {
    longest = Math.max(longest, position + bytes.length);
    sizes.push(longest);
    const last = Math.floor((position + bytes.length - 1) / sector);
    for (let n = Math.floor(position / sector); n <= last; n += 1) met.set(n, (met.get(n) ?? 0) + 1);
  }
  // Up to which of the writes that meet it each sector is.
  const upTo = new Map<number, number>();
  for (const [n, count] of met) upTo.set(n, chance() < kept ? count : Math.floor(chance() * (count + 1)));
  const data = Buffer.alloc(longest);
  synced.copy(data);
  const done = new Map<number, number>();
  for (const { position, bytes } of loose) {
    const end = position + bytes.length;
    for (let n = Math.floor(position / sector); n * sector < end; n += 1) {
      const count = (done.get(n) ?? 0) + 1;
      done.set(n, count);
      if (count > (upTo.get(n) ?? 0)) continue;
      const from = Math.max(position, n * sector);
      bytes.copy(data, from, from - position, Math.min(end, (n + 1) * sector) - position);
    }
  }
  let size = chance() < kept ? longest : (sizes[Math.floor(chance() * sizes.length)] ?? longest);
  // A size that is on its way to the disk in steps of its own.
  if (chance() < 0.1 && size > synced.length) size = synced.length + Math.floor(chance() * (size - synced.length));
  return data.subarray(0, size);
}

function put(data: Buffer, { position, bytes }: Write): Buffer {
  const larger = Buffer.alloc(Math.max(data.length, position + bytes.length));
  data.copy(larger);
  bytes.copy(larger, position);
  return larger;
}
