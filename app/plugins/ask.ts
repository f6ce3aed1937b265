import { z } from 'zod';
import { faultOf } from '../../models/drivers/device-error.ts';
import type { HttpAsk, HttpPort } from '../../models/drivers/http-port.ts';
import type { FromPlugin, ToPlugin } from './messages.ts';

/** Asks a device over HTTP for a plug-in; every failure is an answer too. `http` is missing where the call is over. */
export async function askDevice(
  http: HttpPort | undefined,
  { ask, what }: Extract<FromPlugin, { kind: 'ask' }>,
): Promise<ToPlugin> {
  const wish = WHAT.safeParse(what).data;
  if (!http || !wish) {
    const message = http ? 'http.fetch takes an address, a path that begins with / and options.' : 'The call is over.';
    return { kind: 'refusal', ask, fault: 'unsupported', message };
  }
  try {
    const [address, path, options = {}] = wish;
    const answer = await http.fetch(address, path, options as HttpAsk);
    return { kind: 'answer', ask, answer: { status: answer.status, type: answer.type, body: answer.text() } };
  } catch (error) {
    return { kind: 'refusal', ask, ...faultOf(error) };
  }
}

const PATH = z.string().regex(/^\/[^\s\p{C}]{0,2000}$/u);
const OPTIONS = z.object({
  method: z.enum(['GET', 'POST', 'PUT']).optional(),
  body: z.string().max(65_536).optional(),
  type: z.string().max(128).optional(),
  headers: z.record(z.string().regex(/^[\w-]{1,64}$/), z.string().regex(/^[\x20-\x7e]{0,1024}$/)).optional(),
  login: z.object({ user: z.string().max(128), password: z.string().max(128) }).optional(),
  timeoutMs: z.number().int().min(1).max(9000).optional(),
  limit: z.number().int().min(1).max(262_144).optional(),
});
const WHAT = z.union([z.tuple([z.string().max(128), PATH]), z.tuple([z.string().max(128), PATH, OPTIONS])]);
