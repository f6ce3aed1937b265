import { createSocket } from 'node:dgram';
import { connect, isIP } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import { DeviceError, garbled } from '../../models/drivers/device-error.ts';
import type { AddressRules } from '../../models/drivers/private-address.ts';
import type { TcpPort, UdpPort } from '../../models/drivers/wire-port.ts';
import { targetOf } from './device-address.ts';

export interface DeviceWireDeps {
  readonly clock: Clock;
  readonly rules: AddressRules;
}

/** TCP to the devices of the house. */
export function deviceTcp({ clock, rules }: DeviceWireDeps): TcpPort {
  return {
    async exchange(address, usualPort, question, { isWhole, timeoutMs = 5000, limit = 64 * 1024 }) {
      const { ip, port } = await targetOf(address, usualPort, rules);
      return await new Promise((resolve, reject) => {
        const socket = connect({ host: ip, port });
        let got: Buffer = Buffer.alloc(0);
        const end = (settle: () => void) => {
          stop();
          socket.destroy();
          settle();
        };
        const fail = (error: DeviceError) => end(() => reject(error));
        const stop = clock.after(timeoutMs, () => fail(late()));
        socket.on('connect', () => socket.write(question));
        socket.on('data', (chunk) => {
          got = Buffer.concat([got, chunk]);
          if (got.length > limit) return fail(new DeviceError('too large', 'The device’s answer is too long.'));
          if (isWhole(got)) end(() => resolve(got));
        });
        socket.on('error', (cause) => fail(unreachable(cause)));
        socket.on('close', () => fail(new DeviceError('garbled', 'The device’s answer broke off.')));
      });
    },
  };
}

/** Datagrams to single devices of the house. */
export function deviceUdp({ clock, rules }: DeviceWireDeps): UdpPort {
  return {
    async exchange(address, usualPort, question, timeoutMs = 3000) {
      const { ip, port } = await targetOf(address, usualPort, rules);
      return await new Promise((resolve, reject) => {
        const socket = createSocket(isIP(ip) === 6 ? 'udp6' : 'udp4');
        const end = (settle: () => void) => {
          stop();
          socket.close();
          settle();
        };
        const stop = clock.after(timeoutMs, () => end(() => reject(late())));
        socket.on('message', (answer, { address: from }) => {
          if (from === ip) end(() => resolve(answer));
        });
        socket.on('error', (cause) => end(() => reject(unreachable(cause))));
        socket.send(question, port, ip);
      });
    },
  };
}

export function unreachable(cause: unknown): DeviceError {
  const code = (cause as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && code.startsWith('HPE_')) return garbled({ cause });
  return new DeviceError('unreachable', 'Nothing answers at the device’s address.', { cause });
}

function late(): DeviceError {
  return new DeviceError('timeout', 'The device did not answer in time.');
}
