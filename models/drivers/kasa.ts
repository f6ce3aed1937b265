import type { Plug, PlugSysinfo } from 'tplink-smarthome-api';
import { decrypt, encrypt } from 'tplink-smarthome-crypto';
import { z } from 'zod';
import { nowhere } from './device-error.ts';
import type { DeviceReading, DeviceRef, Driver, Ports } from './driver.ts';
import { kasaClient, kasaFault, plugAt } from './kasa-client.ts';
import { foundOf, own, parseSysinfo, stateOf, sysinfoIn } from './kasa-sysinfo.ts';
import { jsonOf } from './plain-topic.ts';
import { figure, plausible, times } from './quantity.ts';
import { runNow } from './windows.ts';

const SYSINFO = { system: { get_sysinfo: {} } };

/** TP-Link Kasa plugs, switches and power strips with the firmware that talks on port 9999, with or without a meter. */
export const kasa: Driver = {
  family: 'kasa',
  capabilities: { read: 'poll', switch: true, schedule: 'end' },
  safeState: 'It ends a planned run by itself; otherwise it stays as it was last switched. Its own schedules go on.',
  interval: 10,
  discover: {
    udp: {
      port: 9999,
      probe: encrypt(JSON.stringify(SYSINFO)),
      found: (answer, address) => foundOf(sysinfoIn(jsonOf(decrypt(answer))), address),
    },
  },

  async identify(address, ports) {
    return foundOf(sysinfoIn(await ask(address, SYSINFO, ports)), address);
  },

  async read(device, ports) {
    const question = { ...contextOf(device), ...SYSINFO, emeter: { get_realtime: {} } };
    const answer = await ask(addressOf(device), question, ports);
    const info = own(device, sysinfoIn(answer));
    return readingOf(stateOf(device, info), REALTIME.parse(answer).emeter?.get_realtime);
  },

  async switch(device, on, ports) {
    await withPlug(device, ports, (plug) => plug.setPowerState(on));
  },

  async setWindow(device, periods, ports) {
    const run = runNow(periods, ports.clock.now() / 1000);
    await withPlug(device, ports, (plug) => (run ? endAfter(plug, run.seconds) : forgetEnd(plug)));
    return { keeps: 'end', until: run?.until ?? null };
  },
};

const RULES = z.object({ rule_list: z.array(z.object({ name: z.string() })) });
/** What the hub calls its countdown, of which a plug has one. */
const OWN_RULE = 'hearth';
const MEASURED = z.object({
  err_code: z.number().default(0),
  ...{ power: figure, voltage: figure, current: figure, total: figure },
  ...{ power_mw: figure, voltage_mv: figure, current_ma: figure, total_wh: figure },
});
const REALTIME = z.object({
  emeter: z
    .object({ get_realtime: MEASURED.optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

async function ask(address: string, question: object, ports: Ports): Promise<unknown> {
  const client = await kasaClient(ports);
  return jsonOf(Buffer.from(await client.send({ ...question }, address)));
}

/** Does something with the plug, if it is this device that answers: whatever has its address now must not be switched. */
async function withPlug(device: DeviceRef, ports: Ports, act: (plug: Plug) => Promise<unknown>): Promise<void> {
  const host = addressOf(device);
  try {
    const client = await kasaClient(ports);
    const sysInfo = (await client.getSysInfo(host)) as PlugSysinfo;
    own(device, parseSysinfo(sysInfo));
    const { child } = device.settings;
    await act(plugAt(client, { host, sysInfo, ...(typeof child === 'string' ? { childId: child } : {}) }));
  } catch (error) {
    throw kasaFault(error);
  }
}

/** The countdown comes first: a plug that refuses it must not be left on without an end. */
async function endAfter(plug: Plug, delay: number): Promise<void> {
  await plug.timer.addRule({ delay, powerState: false, name: OWN_RULE, enable: true, deleteExisting: true });
  await plug.setPowerState(true);
}

/** A countdown that somebody set in the app stays. */
async function forgetEnd(plug: Plug): Promise<void> {
  const rules = RULES.safeParse(await plug.timer.getRules()).data?.rule_list ?? [];
  if (rules.some(({ name }) => name === OWN_RULE)) await plug.timer.deleteAllRules();
}

/** Makes the rest of a question be about one outlet of a strip. */
function contextOf({ settings }: DeviceRef): object {
  return typeof settings.child === 'string' ? { context: { child_ids: [settings.child] } } : {};
}

/** Older hardware says W, V, A and kWh, newer mW, mV, mA and Wh; what has no meter says an error. */
function readingOf(state: number | undefined, said: z.infer<typeof MEASURED> | undefined): DeviceReading {
  const on = state === undefined ? {} : { on: state === 1 };
  if (said?.err_code !== 0) return { ...on, values: {}, valid: true };
  return {
    ...on,
    ...plausible({
      power_w: said.power ?? times(said.power_mw, 1e-3),
      energy_wh: said.total_wh ?? times(said.total, 1e3),
      voltage_v: said.voltage ?? times(said.voltage_mv, 1e-3),
      current_a: said.current ?? times(said.current_ma, 1e-3),
    }),
  };
}

function addressOf({ address }: DeviceRef): string {
  if (address === null) throw nowhere();
  return address;
}
