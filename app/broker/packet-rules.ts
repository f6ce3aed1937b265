import type { Client } from 'aedes';
import type { Packet } from 'mqtt-packet';
import { isText } from './text.ts';

/** The part of aedes's client that reads packets; not in its types. */
interface Reader {
  readonly _parser: {
    parse(bytes: Buffer): number;
    readonly packet: { readonly length: number };
    prependListener(event: 'packet', listener: (packet: Packet) => void): unknown;
  };
}

/**
 * Closes the client as soon as a packet announces more than `most` bytes, before its body is gathered, and where a packet
 * breaks a rule that aedes and its parser do not look at.
 */
export function guardPackets(client: Client, most: number): void {
  const { _parser: parser } = client as unknown as Reader;
  const parse = parser.parse.bind(parser);
  let fault: string | null = null;
  parser.parse = (bytes) => {
    const waiting = parse(bytes);
    if (parser.packet.length > most) fault ??= 'packet too large';
    if (fault) client.emit('error', new Error(fault));
    return waiting;
  };
  parser.prependListener('packet', (packet) => {
    fault ??= faultOf(packet);
    // aedes still gets the rest of what was read at once; it does nothing with what only servers send, but hangs up
    if (fault) packet.cmd = 'auth';
  });
}

function faultOf(packet: Packet): string | null {
  switch (packet.cmd) {
    case 'publish':
      if (packet.qos > 0 && packet.messageId === 0) return 'no packet identifier';
      return isText(packet.topic) ? null : 'malformed topic';
    case 'subscribe':
      return faultOfFilters(
        packet,
        packet.subscriptions.map(({ topic }) => topic),
      );
    case 'unsubscribe':
      return faultOfFilters(packet, packet.unsubscriptions);
    default:
      return SAID_BY_SERVERS.has(packet.cmd) ? 'a packet that only servers send' : null;
  }
}

const SAID_BY_SERVERS: ReadonlySet<string> = new Set(['connack', 'suback', 'unsuback', 'pingresp', 'auth']);

function faultOfFilters({ messageId }: { messageId?: number | undefined }, filters: readonly string[]): string | null {
  if (messageId === 0) return 'no packet identifier';
  if (filters.length === 0) return 'no filter';
  return filters.every((filter) => isText(filter) && isFilter(filter)) ? null : 'malformed filter';
}

/** [MQTT-4.7.1-2] [MQTT-4.7.1-3] wildcards stand for whole levels, `#` for the last. */
function isFilter(filter: string): boolean {
  return filter !== '' && /^([^+#/]*|\+)(\/([^+#/]*|\+))*(\/#)?$|^#$/.test(filter);
}
