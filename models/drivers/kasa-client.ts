import type { Client, Plug } from 'tplink-smarthome-api';
import { decryptWithHeader, encryptWithHeader } from 'tplink-smarthome-crypto';
import { DeviceError, garbled } from './device-error.ts';
import type { Ports } from './driver.ts';

const PORT = 9999;
const HEADER = 4;
const silent = () => undefined;
const SILENCE = { debug: silent, info: silent, warn: silent, error: silent };
const clients = new WeakMap<Ports, Promise<Client>>();

type PlugOptions = Parameters<Client['getPlug']>[0];

/**
 * The library that speaks to Kasa devices, by the hub's own way out: its sockets bound neither how much a device may say nor to
 * which addresses they go. It is loaded when the first device is spoken to, as most households have none.
 */
export function kasaClient(ports: Ports): Promise<Client> {
  const client = clients.get(ports) ?? made(ports);
  clients.set(ports, client);
  return client;
}

/** A plug that the library knows what to say to. */
export function plugAt(client: Client, options: PlugOptions): Plug {
  const plug = client.getPlug({ ...options, logger: SILENCE });
  plug.send = (payload) => client.send(payload as string, options.host);
  return plug;
}

async function made({ tcp }: Ports): Promise<Client> {
  // its names can only be had by way of the default import
  const { default: kasa } = await import('tplink-smarthome-api');
  const client = new kasa.Client({ logger: SILENCE });
  client.send = async (payload, host) => {
    const question = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const answer = await tcp.exchange(host, PORT, encryptWithHeader(question), { isWhole });
    return decryptWithHeader(answer.subarray(0, HEADER + answer.readUInt32BE())).toString();
  };
  return client;
}

function isWhole(got: Buffer): boolean {
  return got.length >= HEADER && got.length - HEADER >= got.readUInt32BE();
}

/** What goes wrong in the library, in the hub's words: its own quote the device. */
export function kasaFault(error: unknown): DeviceError {
  if (error instanceof DeviceError) return error;
  if (error instanceof Error && error.name === 'ResponseError')
    return new DeviceError('answer', 'The device refused to do that.');
  return garbled({ cause: error });
}
