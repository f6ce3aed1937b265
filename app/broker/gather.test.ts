import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { gatherWrites } from './gather.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A connection that keeps what it is sent, and takes the next piece only when `take` is called. */
function connection() {
  const pieces: Buffer[] = [];
  let taken: (() => void) | undefined;
  const conn = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      pieces.push(chunk);
      taken = done;
    },
  });
  conn.on('error', () => undefined);
  return { conn, pieces, take: () => taken?.() };
}

test('what is written in one turn leaves in one piece, in order, whatever its form', async () => {
  const { conn, pieces } = connection();
  gatherWrites(conn, 1_000_000);
  conn.write(Buffer.from([0x30, 3]));
  conn.write('a/é', 'utf8');
  conn.write(Buffer.from('payload'));
  expect(pieces).toEqual([]);
  await turn();
  expect(Buffer.concat(pieces)).toEqual(Buffer.from('0\x03a/épayload'));
  expect(pieces).toHaveLength(1);
});

test('a large part leaves by itself, after what came before it', async () => {
  const { conn, pieces, take } = connection();
  gatherWrites(conn, 1_000_000);
  const large = Buffer.alloc(10_000, 7);
  conn.write(Buffer.from('before'));
  conn.write(large);
  conn.write(Buffer.from('after'));
  for (let count = 0; count < 3; count += 1) {
    await turn();
    take();
  }
  expect(Buffer.concat(pieces).equals(Buffer.concat([Buffer.from('before'), large, Buffer.from('after')]))).toBe(true);
});

test('it says when the other side is slow, and lets it go when too much waits', async () => {
  const { conn } = connection();
  gatherWrites(conn, 100_000);
  expect(conn.write(Buffer.alloc(3000))).toBe(true);
  for (let count = 0; count < 30; count += 1) conn.write(Buffer.alloc(3000));
  expect(conn.write(Buffer.alloc(3000))).toBe(false);
  expect(conn.destroyed).toBe(false);
  for (let count = 0; count < 10; count += 1) conn.write(Buffer.alloc(3000));
  expect(conn.destroyed).toBe(true);
});
