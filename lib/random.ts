import { randomBytes, randomUUID } from 'node:crypto';

/** The only source of chance in the hub. Tests pass one that repeats. */
export interface Random {
  bytes(length: number): Buffer;
  /** `length` random bytes as lower-case hex, so twice as many characters. */
  hex(length: number): string;
  uuid(): string;
  /** In [0, 1). */
  fraction(): number;
}

export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  hex: (length) => randomBytes(length).toString('hex'),
  uuid: () => randomUUID(),
  fraction: () => randomBytes(4).readUInt32LE(0) / 2 ** 32,
};
