import { z } from 'zod';
import { DeviceError } from './device-error.ts';
import type { Driver, Ports } from './driver.ts';
import type { HttpPort } from './http-port.ts';
import { plausible } from './quantity.ts';

/** What a plug-in says of itself. */
export type PluginFacts = z.infer<typeof FACTS>;

export type PluginMethod = 'read' | 'switch' | 'identify';

/** Runs one handler of the plug-in where it cannot harm the hub. Rejects with DeviceError. */
export type PluginCall = (method: PluginMethod, args: readonly unknown[], http: HttpPort) => Promise<unknown>;

/** What a plug-in says of itself, checked; throws DeviceError naming what is wrong. */
export function parseFacts(said: unknown): PluginFacts {
  return checked(FACTS, said, 'The plug-in');
}

/** The family of devices that the plug-in of this type reads. */
export function pluginFamily(type: string): string {
  return `plugin:${type}`;
}

/** A plug-in as a driver: whatever its handlers return is checked before the hub takes it. */
export function pluginDriver({ type, interval, safeState, can }: PluginFacts, call: PluginCall): Driver {
  const family = pluginFamily(type);
  return {
    family,
    capabilities: { read: 'poll', switch: can.switch },
    safeState: safeState ?? 'What it does when the hub falls silent, its plug-in does not tell.',
    ...(interval === undefined ? {} : { interval }),
    async read(device, ports) {
      const { values, valid, ...said } = checked(READING, await call('read', [device], ports.http), 'The reading');
      const kept = plausible(values);
      const { on, time } = said;
      const more = { ...(on === undefined ? {} : { on }), ...(time === undefined ? {} : { time }) };
      return { values: kept.values, valid: valid && kept.valid, ...more };
    },
    ...(can.switch && {
      async switch(device, on: boolean, ports: Ports) {
        await call('switch', [device, on], ports.http);
      },
    }),
    ...(can.identify && {
      async identify(address: string, ports: Ports) {
        const said = checked(IDENTITY, await call('identify', [address], ports.http), 'What it identifies');
        return said && { family, address, supported: true, ...said };
      },
    }),
  };
}

/** Stands for a plug-in that does not work or is not there, so that its devices say why they are silent. */
export function brokenPlugin(type: string, sentence: string): Driver {
  const fail = async () => {
    throw new DeviceError('unsupported', sentence);
  };
  return {
    family: pluginFamily(type),
    capabilities: { read: 'poll', switch: true },
    safeState: 'It stays as it was last switched.',
    read: fail,
    switch: fail,
  };
}

const FACTS = z.object({
  type: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_.:-]{0,31}$/u, 'must be 1 to 32 letters, digits and _ . : -'),
  interval: z.number().int().min(1).max(86_400).optional(),
  safeState: z.string().max(200).optional(),
  can: z.object({ read: z.literal(true, 'must be a function'), switch: z.boolean(), identify: z.boolean() }),
});

const NAME = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/i, 'must be letters, digits and _');
const READING = z.object({
  time: z.number().int().positive().optional(),
  values: z
    .record(NAME, z.number().nullable())
    .refine((values) => Object.keys(values).length <= 64, 'must be at most 64'),
  on: z.boolean().optional(),
  valid: z.boolean().default(true),
});
const IDENTITY = z
  .object({
    identity: z.string().regex(/^[\w.:/+@-]{1,128}$/, 'must be a MAC address or the maker’s id'),
    model: z.string().max(64).default(''),
    name: z.string().max(64).default(''),
    type: z.string().max(32).default('plug'),
  })
  .nullable();

function checked<S extends z.ZodType>(schema: S, value: unknown, what: string): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.');
  throw new DeviceError('garbled', `${what} cannot be used: ${field ? `${field}: ` : ''}${issue?.message ?? ''}.`);
}
