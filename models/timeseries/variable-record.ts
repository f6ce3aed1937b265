/** Bytes of one record: 0xF9, u32 time, float32 value. */
export const RECORD = 9;
const TAG = 0xf9;

export function encodeRecords(times: ArrayLike<number>, values: Float32Array): Buffer {
  const bytes = Buffer.alloc(times.length * RECORD);
  for (let i = 0; i < times.length; i++) {
    bytes.writeUInt8(TAG, i * RECORD);
    bytes.writeUInt32LE(times[i]!, i * RECORD + 1);
    bytes.writeFloatLE(values[i]!, i * RECORD + 5);
  }
  return bytes;
}

/** The whole records in `bytes`; one whose first byte is wrong has no value. */
export function decodeRecords(bytes: Buffer): { times: Uint32Array; values: Float32Array } {
  const count = Math.floor(bytes.length / RECORD);
  const times = new Uint32Array(count);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    times[i] = bytes.readUInt32LE(i * RECORD + 1);
    values[i] = bytes[i * RECORD] === TAG ? bytes.readFloatLE(i * RECORD + 5) : Number.NaN;
  }
  return { times, values };
}

/** Index of the first number not below `wanted` in an ascending list. */
export function lowerBound(ascending: ArrayLike<number>, wanted: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
