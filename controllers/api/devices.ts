import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { type LocalDay, localDay } from '../../lib/local-day.ts';
import { type Device, type DeviceModel, ownDevice } from '../../models/device.ts';
import { type DeviceConfigure, HUBS_OWN } from '../../models/device-configure.ts';
import { energyByDay, type MetersDeps, metersOf } from '../../models/device-figures.ts';
import type { DeviceHealth } from '../../models/device-health.ts';
import type { DeviceIntake } from '../../models/device-intake.ts';
import type { DeviceStates } from '../../models/device-states.ts';
import type { Driver } from '../../models/drivers/driver.ts';
import type { SwitchLog } from '../../models/switch-log.ts';
import { hasSwitch } from '../../models/switchable.ts';
import type { Series } from '../../models/timeseries/series.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface DevicesApiDeps extends MetersDeps {
  readonly devices: DeviceModel;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly states: DeviceStates;
  readonly deviceHealth: DeviceHealth;
  readonly intake: DeviceIntake;
  readonly switches: SwitchLog;
  readonly configure: DeviceConfigure;
  readonly series: Pick<Series, 'meta' | 'scan' | 'windows'>;
  readonly clock: Clock;
  /** What the log calls whoever asks. */
  readonly actorOf: (who: Who | null) => string;
}

export const devicePath = z.object({ id: z.coerce.number().int().positive() });

export const deviceBody = z.strictObject({
  name: z.string().min(1).max(64).optional(),
  room: z.string().max(64).optional(),
  place: z.string().max(40).optional().describe('IoToad’s words: w.r1.c2, g3'),
  enabled: z.boolean().optional().describe('False: neither read nor switched'),
  interval: z.number().int().min(1).max(86_400).nullable().optional().describe('Seconds; null: as its family does'),
  address: z.string().max(128).nullable().optional(),
  settings: z
    .record(z.string().max(64), z.unknown())
    .optional()
    .describe('Changes these; null takes one away. powerOn {on, off}, in W: from when it counts as on'),
});

/** A missing or odd status is an error, never OFF. */
export const switchBody = z.strictObject({
  on: z.boolean(),
  why: z.string().max(200).default('').describe('For the log'),
});

export const logQuery = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) });

const wish = z.object({ on: z.boolean(), by: z.string(), why: z.string(), at: z.number().int() });

export const deviceAnswer = z.object({
  id: z.number().int(),
  node: z.string().describe('Its readings are inputs of this node'),
  name: z.string(),
  family: z.string().describe('Empty: it only posts'),
  type: z.string(),
  identity: z.string().nullable().describe('MAC address or the maker’s id'),
  address: z.string().nullable(),
  room: z.string(),
  place: z.string(),
  enabled: z.boolean(),
  interval: z.number().int().nullable(),
  settings: z.record(z.string(), z.unknown()).describe('Without passwords'),
  created: z.number().int(),
  canSwitch: z.boolean(),
  safeState: z.string().nullable().describe('What it does when the hub is gone'),
  health: z.object({
    state: z.enum(['unknown', 'online', 'warning', 'offline']),
    since: z.number().int().nullable(),
    heard: z.number().int().nullable(),
    valid: z.boolean().nullable(),
    failures: z.number().int(),
    fault: z.string().nullable(),
    message: z.string().nullable(),
  }),
  desired: wish.nullable().describe('What the household wants'),
  reported: z
    .object({
      on: z.boolean(),
      at: z.number().int(),
      since: z.number().int().describe('Has said so since then'),
      changed: z.boolean().describe('Was seen to change then; else it may have been so for longer'),
    })
    .nullable()
    .describe('What the device says'),
  differs: z.boolean(),
  time: z.number().int().nullable().describe('Of the newest values'),
  values: z.record(z.string(), z.number().nullable()),
  powerFeed: z.number().int().nullable(),
  energyFeed: z.number().int().nullable(),
  todayKwh: z.number().nullable(),
});

/** A change is kept whatever the device says to it. */
export const changeAnswer = deviceAnswer.extend({
  fault: z.string().nullable().describe('Why the device itself did not take it'),
});

export const switchAnswer = z.object({
  done: z.boolean().describe('False: it is kept, and sent again when the device is back'),
  fault: z.string().nullable(),
  message: z.string().nullable(),
});

export const logAnswer = z.object({
  log: z.array(
    z.object({
      at: z.number().int(),
      on: z.boolean(),
      who: z.string(),
      why: z.string(),
      outcome: z.string().describe('done: it was sent; whether it was followed, `reported` says. Else why not'),
    }),
  ),
});

/** `/api/v1/devices`: what the household let in, what it says, and what is wanted of it. */
export function devicesApi(deps: DevicesApiDeps) {
  const { devices, states, switches, configure, clock, actorOf } = deps;
  const own = (req: Request) => ownDevice(devices, (req.who as Who).account, parsed(devicePath, req.params).id);
  const today = (req: Request) => localDay(clock.seconds(), (req.who as Who).timezone);

  return {
    async list(req: Request, res: Response): Promise<void> {
      const all = devices.list((req.who as Who).account).map((device) => answer(deps, device, today(req)));
      res.json({ devices: await Promise.all(all) });
    },

    async show(req: Request, res: Response): Promise<void> {
      res.json(await answer(deps, own(req), today(req)));
    },

    async change(req: Request, res: Response): Promise<void> {
      const { id } = own(req);
      const fault = await configure.change(id, parsed(deviceBody, req.body ?? {}));
      const changed = await answer(deps, own(req), today(req));
      res.json({ ...changed, fault } satisfies z.infer<typeof changeAnswer>);
    },

    async remove(req: Request, res: Response): Promise<void> {
      await devices.remove(own(req).id);
      res.status(204).end();
    },

    async switch(req: Request, res: Response): Promise<void> {
      const { id } = own(req);
      const { on, why } = parsed(switchBody, req.body ?? {});
      const outcome = await states.want(id, on, actorOf(req.who), why || 'over the API');
      const { fault = null, message = null } = outcome.done ? {} : outcome;
      res.json({ done: outcome.done, fault, message } satisfies z.infer<typeof switchAnswer>);
    },

    async log(req: Request, res: Response): Promise<void> {
      const { id } = own(req);
      res.json({ log: await switches.list(id, parsed(logQuery, req.query).limit) });
    },
  };
}

async function answer(deps: DevicesApiDeps, device: Device, day: LocalDay): Promise<z.infer<typeof deviceAnswer>> {
  const { id, node, name, family, type, identity, address, room, place, enabled, interval, created } = device;
  const driver = deps.drivers.get(family);
  const { recent, ...health } = deps.deviceHealth.of(id);
  const last = recent.at(-1);
  const desired = deps.states.desired(id);
  const latest = deps.intake.latest(id);
  const meters = metersOf(deps, device);
  const [todayKwh = null] = await energyByDay(deps.series, meters, [day], deps.clock.seconds());
  return {
    ...{ id, node, name, family, type, identity, address, room, place, enabled, interval, created },
    settings: visible(device.settings),
    canSwitch: enabled && hasSwitch(deps.drivers, device),
    safeState: driver?.safeState ?? null,
    health: { ...health, fault: last?.fault ?? null, message: last?.message ?? null },
    desired: desired && { on: desired.on, by: desired.by, why: desired.why, at: desired.at },
    reported: deps.states.reported(id),
    differs: deps.states.differs(id),
    time: latest?.time ?? null,
    values: latest?.values ?? {},
    powerFeed: meters.powerFeed,
    energyFeed: meters.energyFeed,
    todayKwh,
  };
}

/** Secrets go in and never out. */
function visible(settings: Device['settings']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).filter(([name]) => !HUBS_OWN.has(name) && !/pass|secret|token|key|login/i.test(name)),
  );
}
