import { DeviceError } from './device-error.ts';

const FIRST_KEY = 0xab;
const HEADER = 4;

/** The question or answer as it travels in a datagram: each byte is hidden by the hidden byte before it. */
export function hidden(question: object): Buffer {
  const bytes = Buffer.from(JSON.stringify(question));
  let key = FIRST_KEY;
  for (const [at, byte] of bytes.entries()) {
    key ^= byte;
    bytes[at] = key;
  }
  return bytes;
}

/** The same as it travels over TCP: behind its length in four bytes. */
export function framed(question: object): Buffer {
  const body = hidden(question);
  const length = Buffer.alloc(HEADER);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** Whether a framed answer is whole. */
export function isWhole(got: Buffer): boolean {
  return got.length >= HEADER && got.length - HEADER >= got.readUInt32BE();
}

/** What a framed answer says. Throws DeviceError `garbled` for what is no JSON. */
export function unframed(answer: Buffer): unknown {
  return shown(answer.subarray(HEADER, HEADER + answer.readUInt32BE()));
}

/** What a datagram says. Throws DeviceError `garbled` for what is no JSON. */
export function shown(answer: Buffer): unknown {
  const plain = Buffer.from(answer);
  for (let at = plain.length - 1; at >= 0; at -= 1)
    plain[at] = (answer[at] as number) ^ (at === 0 ? FIRST_KEY : (answer[at - 1] as number));
  try {
    return JSON.parse(plain.toString());
  } catch (cause) {
    throw new DeviceError('garbled', 'The device’s answer could not be understood.', { cause });
  }
}
