import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DeviceError, garbled, nowhere } from './device-error.ts';
import type { DeviceRef, Ports } from './driver.ts';
import { jsonOf } from './plain-topic.ts';
import { baseOf } from './shelly-http.ts';

/** Where answers to calls over the broker go: a topic of the device's own. */
export const ANSWERS = 'status/hearth';

/**
 * Calls a procedure over the broker. The maker has MQTT do without the device's password; firmware that asks for it all the same
 * refuses the first call with a challenge, which the second answers by SHA-256, as over HTTP.
 */
export async function callOnBroker(
  device: DeviceRef,
  method: string,
  params: object,
  { mqtt, clock }: Ports,
): Promise<void> {
  const base = baseOf(device);
  if (base === undefined) throw nowhere();
  const src = `${base}/${ANSWERS}`;
  const call = async (more: object): Promise<z.infer<typeof ANSWER>> => {
    const id = Math.floor(clock.monotonic() * 1000);
    const frame = JSON.stringify({ id, src, method, params, ...more });
    const isAnswer = (payload: Buffer) => ANSWER.safeParse(jsonOf(payload)).data?.id === id;
    return ANSWER.parse(
      jsonOf(await mqtt.ask(device.account, `${base}/rpc`, frame, { topic: `${src}/rpc`, isAnswer })),
    );
  };
  const first = await call({});
  const { error } = first.error?.code === REFUSED ? await call({ auth: authOf(device, first.error.message) }) : first;
  if (error?.code === REFUSED) throw wrongPassword();
  if (error) throw new DeviceError('answer', 'The device refused to do that.');
}

const REFUSED = 401;
const ANSWER = z.object({
  id: z.number(),
  error: z.object({ code: z.number(), message: z.string().default('') }).optional(),
});
const CHALLENGE = z.object({
  nonce: z.union([z.number(), z.string()]),
  realm: z.string(),
  algorithm: z.literal('SHA-256'),
});

/** Only for a challenge of this device: its realm is its own id. */
function authOf({ settings, identity }: DeviceRef, message: string): object {
  const { password } = settings;
  if (typeof password !== 'string' || password === '') throw wrongPassword();
  const { nonce, realm } = CHALLENGE.safeParse(jsonOf(Buffer.from(message))).data ?? {};
  if (nonce === undefined || realm === undefined) throw garbled();
  if (!realm.toLowerCase().endsWith(identity.split('.')[0] ?? ''))
    throw new DeviceError('answer', 'Another device answers on this topic.');
  // the device's nonce is its own each time, so what follows from it is too
  const cnonce = sha256(`${nonce}:${realm}:${password}`).slice(0, 16);
  const response = sha256(`${sha256(`admin:${realm}:${password}`)}:${nonce}:1:${cnonce}:auth:${WHAT}`);
  return { realm, username: 'admin', nonce, cnonce, nc: 1, response, algorithm: 'SHA-256' };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Stands for method and path, which a call in a frame does not have. */
const WHAT = sha256('dummy_method:dummy_uri');

function wrongPassword(): DeviceError {
  return new DeviceError('login', 'The device asks for a password.');
}
