import type { Client } from 'aedes';

/** The part of aedes's client that reads packets; not in its types. */
interface Reader {
  readonly _parser: { parse(bytes: Buffer): number; readonly packet: { readonly length: number } };
}

/** Closes the client as soon as a packet announces more than `most` bytes, before its body is gathered. */
export function guardPacketSize(client: Client, most: number): void {
  const { _parser: parser } = client as unknown as Reader;
  const parse = parser.parse.bind(parser);
  parser.parse = (bytes) => {
    const waiting = parse(bytes);
    if (parser.packet.length > most) client.emit('error', new Error('packet too large'));
    return waiting;
  };
}
