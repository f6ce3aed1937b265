import { z } from 'zod';
import { DeviceError, nowhere, stranger } from './device-error.ts';
import type { DeviceRef, Ports } from './driver.ts';
import type { HttpAnswer, HttpAsk, HttpLogin } from './http-port.ts';
import { macOf } from './mac.ts';
import { isPlainTopic } from './plain-topic.ts';

/**
 * The JSON that a Shelly answers at `path`, signed in with the password of the device's settings where it asks for one. Whoever
 * has the address is asked first, without the password, who he is: another device gets none. `identified` asks him in any case.
 */
export async function askShelly(
  device: DeviceRef,
  path: string,
  ports: Ports,
  { identified = false, ...ask }: HttpAsk & { readonly identified?: boolean } = {},
): Promise<unknown> {
  const { address } = device;
  if (address === null) throw nowhere();
  const login = loginOf(device);
  if (identified || login) checkIdentity(device, macIn(answered(await ports.http.fetch(address, '/shelly'))));
  return answered(await ports.http.fetch(address, path, { ...ask, ...(login && { login }) }));
}

/** What `/shelly` says, which needs no password. Null where nothing answers or what answers is no Shelly. */
export async function greeting(address: string, { http }: Ports): Promise<unknown> {
  try {
    return answered(await http.fetch(address, '/shelly'));
  } catch (error) {
    if (error instanceof DeviceError) return null;
    throw error;
  }
}

/** Throws where another device has this one's address: it must not be read or switched in its place. */
export function checkIdentity({ identity }: DeviceRef, mac: string | undefined): void {
  if (mac !== identity.split('.')[0]) throw stranger();
}

/** Which of its relays this is; 0 for a device with one. */
export function channelOf({ settings }: DeviceRef): number {
  return typeof settings.channel === 'number' ? settings.channel : 0;
}

/** The beginning of its topics, where it is known. */
export function baseOf({ settings }: DeviceRef): string | undefined {
  const { topic } = settings;
  return typeof topic === 'string' && isPlainTopic(topic) ? topic : undefined;
}

function answered(answer: HttpAnswer): unknown {
  if (answer.status === 401) throw new DeviceError('login', 'The device asks for a password.');
  if (answer.status !== 200) throw new DeviceError('answer', `The device answered with status ${answer.status}.`);
  return answer.json();
}

function macIn(greeting: unknown): string | undefined {
  return macOf(GREETING.safeParse(greeting).data?.mac ?? '');
}

const GREETING = z.object({ mac: z.string() });

/** From the second generation on a Shelly never asks for the password itself, so somebody else it is who does. */
function loginOf({ family, settings }: DeviceRef): HttpLogin | undefined {
  const { password, user = 'admin' } = settings;
  if (typeof password !== 'string' || password === '' || typeof user !== 'string') return undefined;
  return { user, password, digestOnly: family !== 'shelly1' };
}
