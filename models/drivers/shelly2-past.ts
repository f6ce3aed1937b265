import { z } from 'zod';
import { DeviceError, garbled } from './device-error.ts';
import type { DeviceReading, DeviceRef, Ports } from './driver.ts';
import { figure, plausible } from './quantity.ts';
import { askShelly } from './shelly-http.ts';

const MINUTE = 60;
const DAY = 86_400;
/** A day of minutes comes in several answers. */
const MOST_ANSWERS = 30;
const LIMIT = 1024 * 1024;

/** A minute as the device kept it. */
interface Minute {
  readonly end: number;
  readonly watts: readonly number[];
  readonly used: number;
  readonly returned: number;
}

/**
 * The minutes that a three-phase meter kept while nobody asked it: mean power, and its counters, worked out backwards from what they
 * show now. Its own clock must be set.
 */
export async function missedMinutes(device: DeviceRef, since: number, ports: Ports): Promise<DeviceReading[]> {
  const now = ports.clock.seconds();
  const from = Math.max(Math.floor(since) - MINUTE, now - DAY);
  const said = await askShelly(device, '/rpc/EMData.GetStatus?id=0', ports, { identified: true }).catch(noMeter);
  const status = STATUS.safeParse(said).data;
  if (status?.total_act === undefined) return [];
  const minutes = await minutesFrom(device, from, ports);
  let [energy, returned] = [status.total_act, status.total_act_ret ?? 0];
  const readings: DeviceReading[] = [];
  for (const minute of minutes.reverse()) {
    if (minute.end > since && minute.end <= now) readings.push(readingOf(minute, energy, returned));
    energy -= minute.used;
    returned -= minute.returned;
  }
  return readings.reverse();
}

async function minutesFrom(device: DeviceRef, from: number, ports: Ports): Promise<Minute[]> {
  const minutes: Minute[] = [];
  let next: number | undefined = from;
  for (let answers = 0; next !== undefined && answers < MOST_ANSWERS; answers += 1) {
    const path: string = `/rpc/EMData.GetData?id=0&ts=${next}`;
    const said: Data | undefined = DATA.safeParse(await askShelly(device, path, ports, { limit: LIMIT })).data;
    if (!said) throw garbled();
    for (const { ts, period, values } of said.data)
      for (const [at, row] of values.entries()) minutes.push(minuteOf(said.keys, row, ts + (at + 1) * period, period));
    // one that does not move on would be asked for ever
    next = said.next_record_ts !== undefined && said.next_record_ts > next ? said.next_record_ts : undefined;
  }
  return minutes.sort((a, b) => a.end - b.end);
}

function minuteOf(keys: readonly string[], row: readonly (number | undefined)[], end: number, period: number): Minute {
  const each = (name: string) => ['a', 'b', 'c'].map((phase) => row[keys.indexOf(`${phase}_${name}`)] ?? 0);
  const [used, returned] = [each('total_act_energy'), each('total_act_ret_energy')];
  const watts = used.map((wattHours, phase) => ((wattHours - (returned[phase] ?? 0)) * 3600) / period);
  return { end, watts, used: sum(used), returned: sum(returned) };
}

function readingOf({ end, watts }: Minute, energy: number, returned: number): DeviceReading {
  const phases = Object.fromEntries(watts.map((power, phase) => [`power_w_${phase + 1}`, power]));
  const values = { power_w: sum(watts), ...phases, energy_wh: energy, energy_returned_wh: returned };
  return { time: end, ...plausible(values) };
}

/** One without such a meter knows nothing of the question. */
function noMeter(error: unknown): null {
  if (error instanceof DeviceError && error.fault === 'answer') return null;
  throw error;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

const STATUS = z.object({ total_act: figure, total_act_ret: figure });
const DATA = z.object({
  keys: z.array(z.string()).max(200),
  data: z
    .array(
      z.object({
        ts: z.number().int().positive(),
        period: z.union([z.number(), z.string().transform(Number)]).pipe(z.number().int().min(1).max(3600)),
        values: z.array(z.array(figure)).max(5000),
      }),
    )
    .max(500),
  next_record_ts: z.number().int().optional(),
});
type Data = z.infer<typeof DATA>;
