import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';

export interface Call {
  /** Sends the question once more. */
  send(): void;
  close: Disposer;
}

/** Asks everybody at once on a port, and hears who answers from there. */
export type Broadcast = (port: number, question: Buffer, heard: (answer: Buffer, from: string) => void) => Call;

/** Broadcasts on every interface, or to the one address given. */
export function udpBroadcast(log: Log, address: string | null): Broadcast {
  return (port, question, heard) => {
    const socket = createSocket('udp4');
    let state: 'opening' | 'open' | 'closed' = 'opening';
    const send = () => {
      if (state !== 'open') return;
      for (const to of address === null ? broadcastAddresses() : [address])
        socket.send(question, port, to, (error) => error && log.debug({ err: error, to }, 'could not broadcast'));
    };
    socket.on('error', (error) => log.info({ err: error, port }, 'devices cannot be asked by broadcast'));
    socket.on('message', (answer, from) => {
      // what comes from elsewhere is no answer to the question
      if (from.port === port && answer.length <= LONGEST_ANSWER) heard(answer, from.address);
    });
    socket.bind(0, () => {
      if (state === 'closed') return;
      state = 'open';
      socket.setBroadcast(true);
      send();
    });
    return {
      send,
      close: () => {
        if (state !== 'closed') socket.close();
        state = 'closed';
      },
    };
  };
}

/** The broadcast address of every IPv4 network this machine is in. */
function broadcastAddresses(): string[] {
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const found = own.filter(({ family, internal }) => family === 'IPv4' && !internal).map(broadcastOf);
  return [...new Set(found)];
}

function broadcastOf({ address, netmask }: { address: string; netmask: string }): string {
  const mask = netmask.split('.').map(Number);
  const bytes = address.split('.').map((byte, index) => Number(byte) | (~(mask[index] ?? 255) & 255));
  return bytes.join('.');
}

const LONGEST_ANSWER = 8192;
