import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deviceMqtt } from '../../../app/connections/device-mqtt.ts';
import { devicePorts } from '../../../app/connections/device-ports.ts';
import { compilePlugin, endCompiler, workerText } from '../../../app/plugins/compile.ts';
import { PluginRunner } from '../../../app/plugins/runner.ts';
import { systemClock } from '../../../lib/clock.ts';
import { createLog } from '../../../lib/log.ts';
import { systemRandom } from '../../../lib/random.ts';
import type { DeviceReading, DeviceRef } from '../../../models/drivers/driver.ts';
import { pluginDriver } from '../../../models/drivers/plugin.ts';

export const usage = `Tries a plug-in on a device, as the hub would, without a hub.

npm run device-test <file> -- --address <host[:port]> [options]
  <file>             the plug-in, or its name in storage/plugins
  --switch on|off    switches the device, then reads it
  --settings <json>  what the plug-in finds in device.settings
`;

export interface TryWish {
  readonly file: string;
  readonly address: string | null;
  readonly on: boolean | null;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What the command line asks for; null: to be told what there is. */
export function wishOf(args: readonly string[]): TryWish | null {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { address: text, switch: text, settings: text, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [file] = positionals;
  const { address = null, settings = '{}' } = values;
  if (values.help || file === undefined || ![undefined, 'on', 'off'].includes(values.switch)) return null;
  const on = values.switch === undefined ? null : values.switch === 'on';
  return { file, address, on, settings: JSON.parse(settings) as Record<string, unknown> };
}

/** Says line by line what the plug-in did and what the hub would take of it. Resolves with the exit code. */
export async function tryPlugin(
  { file, address, on, settings }: TryWish,
  say: (line: string) => void,
): Promise<number> {
  const path = [file, join(process.env.HEARTH_STORAGE ?? './storage', 'plugins', file)].find(existsSync);
  if (path === undefined) {
    say(`There is no file ${file}.`);
    return 1;
  }
  const [clock, log] = [systemClock, createLog('silent')];
  const mqtt = deviceMqtt(async () => undefined, systemClock);
  const ports = devicePorts({ clock, random: systemRandom, log, mqtt, rules: { loopback: true } });
  const said = (text: string) => say(`  printed: ${text}`);
  const memory = () => process.memoryUsage.rss();
  let runner: PluginRunner | undefined;
  try {
    const code = await compilePlugin(file, await readFile(path, 'utf8'));
    const made = new PluginRunner({ clock, log, worker: await workerText(), memory, said }, code);
    runner = made;
    const facts = await made.start();
    const driver = pluginDriver(facts, (method, args, http) => made.call(method, args, http));
    say(`${file} reads ${facts.type} every ${facts.interval ?? 10} s${facts.can.switch ? ' and switches it' : ''}.`);
    let identity = 'device-test';
    if (driver.identify && address !== null) {
      const found = await driver.identify(address, ports);
      identity = found?.identity ?? identity;
      say(found ? `At ${address}: ${found.identity} ${found.model}`.trimEnd() : `At ${address}: none of its kind.`);
    }
    const device = deviceOf({ family: driver.family, identity, address, settings });
    if (on !== null) await driver.switch?.(device, on, ports);
    if (on !== null) say(driver.switch ? `Switched ${on ? 'on' : 'off'}.` : 'It cannot switch: it has no switch(…).');
    for (const line of taken(await driver.read?.(device, ports))) say(line);
    return 0;
  } catch (error) {
    say((error as Error).message);
    return 1;
  } finally {
    await runner?.stop();
    await endCompiler();
  }
}

function deviceOf(known: Pick<DeviceRef, 'family' | 'identity' | 'address' | 'settings'>): DeviceRef {
  return { id: 0, account: 0, node: 'device-test', name: 'device-test', ...known };
}

function taken(reading: DeviceReading | undefined): string[] {
  if (!reading) return [];
  const rows = Object.entries(reading.values).map(([name, value]) => `  ${name.padEnd(20)} ${value ?? 'unknown'}`);
  const on = reading.on === undefined ? 'not told' : reading.on ? 'on' : 'off';
  return ['The hub would take:', ...rows, `  ${'switch'.padEnd(20)} ${on}`, ...(reading.valid ? [] : [DOUBTFUL])];
}

const DOUBTFUL = '  … and record nothing of it: these figures are not valid.';
