import { createSocket } from 'node:dgram';
import { request } from 'node:http';

/** Where to publish, as the hub told. */
export interface Credential {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly topic: string;
}

const BEACON = 'emonpi.local';

export interface Listening {
  readonly port: number;
  readonly address: string;
  /** Calls back with the sender of each beacon. */
  readonly heard: (sender: string) => void;
}

/** Listens for the hub's beacon; resolves with what stops it. */
export function hearBeacon({ port, address, heard }: Listening): Promise<() => void> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (message, sender) => {
    if (message.toString('latin1') === BEACON) heard(sender.address);
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject).bind(port, address, () => resolve(() => void socket.close()));
  });
}

/** Asks the hub once to be let in: what it answered, or null where it did not answer with 200. Redirects are not followed. */
export function askHub(host: string, port: number, localAddress?: string): Promise<string | null> {
  return new Promise((resolve) => {
    const path = '/emoncms/device/auth/request.json';
    const asking = request(
      { host, port, path, timeout: 5000, ...(localAddress ? { localAddress } : {}) },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => resolve(response.statusCode === 200 ? body : null));
        response.on('error', () => resolve(null));
      },
    );
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(null));
    asking.end();
  });
}

/** The firmware’s reading of the answer: three or four parts between colons are a credential, anything else is not. */
export function credentialIn(body: string, host: string, mqttPort: number): Credential | null {
  if (body === 'request registered') return null;
  const parts = body.split(':');
  if (parts.length !== 3 && parts.length !== 4) return null;
  const [username = '', password = '', topic = '', port] = parts;
  return { host, port: port === undefined ? mqttPort : Number(port), username, password, topic };
}
