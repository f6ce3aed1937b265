/**
 * Blocks of files kept in memory up to a number of bytes. What has not been asked for since half of them were new goes
 * first. Blocks belong to a space of their owner's; a space that is no longer used fades out by itself.
 */
export class BlockCache<Block extends { readonly byteLength: number }> {
  readonly #most: number;
  #young = new Map<number, Block>();
  #old = new Map<number, Block>();
  #bytes = 0;
  #spaces = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** A space that nobody else has. */
  space(): number {
    return ++this.#spaces;
  }

  get(space: number, index: number): Block | undefined {
    const key = keyOf(space, index);
    const young = this.#young.get(key);
    if (young) return young;
    const old = this.#old.get(key);
    if (old) this.#add(key, old);
    return old;
  }

  put(space: number, index: number, block: Block): void {
    this.#add(keyOf(space, index), block);
  }

  drop(space: number, index: number): void {
    const key = keyOf(space, index);
    this.#young.delete(key);
    this.#old.delete(key);
  }

  #add(key: number, block: Block): void {
    this.#young.set(key, block);
    this.#bytes += block.byteLength + OVERHEAD;
    if (this.#bytes < this.#most / 2) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#bytes = 0;
  }
}

/** What an array costs besides its bytes. */
const OVERHEAD = 256;
/** More blocks than a file of four-byte values has whose times fit 32 bits. */
const SPACE = 2 ** 26;

function keyOf(space: number, index: number): number {
  return space * SPACE + index;
}
