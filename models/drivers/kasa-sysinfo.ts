import { z } from 'zod';
import { garbled, stranger } from './device-error.ts';
import type { DeviceRef, Found } from './driver.ts';
import { macOf } from './mac.ts';

/** What a Kasa plug or strip says of itself. */
export type Sysinfo = z.infer<typeof INFO>;

/** Reads the sysinfo by itself, as the library has it. Throws ZodError. */
export function parseSysinfo(said: unknown): Sysinfo {
  return INFO.parse(said);
}

/** The sysinfo within an answer. Throws DeviceError. */
export function sysinfoIn(answer: unknown): Sysinfo {
  const info = SYSTEM.safeParse(answer);
  if (!info.success || info.data.system.get_sysinfo.err_code !== 0) throw garbled();
  return info.data.system.get_sysinfo;
}

/** The plug or strip as it stands among what was found; null where it does not say who it is. */
export function foundOf(info: Sysinfo, address: string): Found | null {
  if (info.identity === undefined) return null;
  const isPlug = /PLUG/i.test(info.type ?? info.mic_type ?? '');
  const found = {
    family: 'kasa',
    identity: info.identity,
    address,
    model: info.model,
    name: info.alias,
    type: 'plug',
    supported: isPlug,
    ...(isPlug ? {} : { note: 'Hearth reads and switches Kasa plugs and strips, not this kind.' }),
  };
  const { children = [] } = info;
  if (children.length === 0) return found;
  return { ...found, type: 'strip', children: children.map((child) => ({ ...found, ...childOf(info, child) })) };
}

/** The sysinfo, if it is this device's; an address may have gone to another. */
export function own(device: DeviceRef, info: Sysinfo): Sysinfo {
  if (info.identity !== device.identity.split('.')[0]) throw stranger();
  return info;
}

/** Whether the plug, or this outlet of a strip, is on: 1 or 0; undefined where it does not say. */
export function stateOf({ settings }: DeviceRef, { relay_state, children }: Sysinfo): number | undefined {
  const { child } = settings;
  if (typeof child !== 'string') return relay_state;
  return children?.find(({ id }) => child.endsWith(id))?.state;
}

/** An outlet is known by the strip's MAC and its own two last digits; over UDP a strip says no more than these. */
function childOf(info: Sysinfo, { id, alias }: z.infer<typeof CHILD>): Pick<Found, 'identity' | 'name' | 'settings'> {
  const suffix = id.slice(-2);
  return {
    identity: `${info.identity}.${suffix}`,
    name: alias,
    settings: { child: id.length > 2 ? id : `${info.deviceId}${suffix}` },
  };
}

const CHILD = z.object({ id: z.string().min(2).max(64), alias: z.string().default(''), state: z.number().optional() });

const INFO = z
  .object({
    err_code: z.number().default(0),
    mac: z.string().optional(),
    ethernet_mac: z.string().optional(),
    mic_mac: z.string().optional(),
    deviceId: z.string().max(64).default(''),
    model: z.string().default(''),
    alias: z.string().default(''),
    type: z.string().optional(),
    mic_type: z.string().optional(),
    feature: z.string().default(''),
    relay_state: z.number().optional(),
    children: z.array(CHILD).max(32).optional(),
  })
  .transform((info) => ({ ...info, identity: macOf(info.mac ?? info.ethernet_mac ?? info.mic_mac ?? '') }));

const SYSTEM = z.object({ system: z.object({ get_sysinfo: INFO }) });
