import type { Duplex } from 'node:stream';

/**
 * Lets what is written to a connection within one turn leave in one piece: aedes writes each packet in parts of a few
 * bytes, and each acknowledgement by itself. A client for whom more than `most` bytes wait is let go.
 */
export function gatherWrites(conn: Duplex, most: number): void {
  const send = conn.write.bind(conn) as (chunk: Buffer | string, encoding?: BufferEncoding) => boolean;
  let piece: Buffer | undefined;
  let used = 0;
  // mqtt-packet corks for every packet where it can; one piece a turn makes that needless
  Object.assign(conn, { write, cork: undefined });

  function write(chunk: Buffer | string, encoding?: BufferEncoding): boolean {
    const size = typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.length;
    if (used + size > PIECE) flush();
    if (size > PIECE) {
      send(chunk, encoding);
      checkWaiting();
    } else {
      piece ??= begin();
      put(piece, chunk, size, encoding);
    }
    return !conn.writableNeedDrain;
  }

  function begin(): Buffer {
    process.nextTick(flush);
    return Buffer.allocUnsafe(PIECE);
  }

  function put(into: Buffer, chunk: Buffer | string, size: number, encoding?: BufferEncoding): void {
    if (typeof chunk === 'string') into.write(chunk, used, encoding);
    // a loop is quicker than a call for the one or two bytes most parts have
    else if (size <= 4) for (let at = 0; at < size; at += 1) into[used + at] = chunk[at] as number;
    else chunk.copy(into, used);
    used += size;
  }

  function flush(): void {
    if (!piece) return;
    const full = piece.subarray(0, used);
    piece = undefined;
    used = 0;
    if (conn.writable) send(full);
    checkWaiting();
  }

  function checkWaiting(): void {
    if (conn.writableLength > most && !conn.destroyed) conn.destroy(new Error('takes too little of what it is sent'));
  }
}

/** Node's pool serves buffers below this size. */
const PIECE = 4000;
