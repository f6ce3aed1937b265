import { z } from 'zod';
import type { DeviceReading } from './driver.ts';
import { figure, plausible } from './quantity.ts';

/** A status, whole or a part of it, by component such as `switch:0`. */
export interface Components {
  readonly mac?: string;
  /** Seconds since it started. */
  readonly uptime?: number;
  readonly parts: ReadonlyMap<string, Part>;
}

/** The parts of a status that can be understood; undefined where it is none at all. */
export function componentsOf(said: unknown): Components | undefined {
  const status = STATUS.safeParse(said).data;
  if (!status) return undefined;
  const parts = new Map<string, Part>();
  for (const [name, part] of Object.entries(status)) {
    if (!/^(switch|pm1|em|emdata|em1|em1data|temperature):\d{1,3}$/.test(name)) continue;
    const known = PART.safeParse(part).data;
    if (known) parts.set(name, known);
  }
  const { mac, uptime } = SYS.safeParse(status.sys).data ?? {};
  return { parts, ...(mac !== undefined && { mac }), ...(uptime !== undefined && { uptime }) };
}

/** What the device measures at one of its channels. A meter with three phases or several clamps is one reading. */
export function readingOf(status: Components, channel: number): DeviceReading {
  const { parts } = status;
  const { on } = switchOf(status, channel);
  const outlet = parts.get(`switch:${channel}`) ?? parts.get(`pm1:${channel}`);
  const checked = plausible({ ...outletValues(outlet), ...threePhases(parts), ...clamps(parts) });
  const isBroken = [...parts.values()].some(({ errors }) => errors.length > 0);
  const said = { ...(on !== undefined && { on }), ...(status.uptime !== undefined && { uptime: status.uptime }) };
  return { values: checked.values, valid: checked.valid && !isBroken, ...said };
}

/** Whether the relay is on and who switched it last, as far as the status says. */
export function switchOf({ parts }: Components, channel: number): { on?: boolean; source?: string } {
  const { output, source } = parts.get(`switch:${channel}`) ?? {};
  return { ...(output === undefined ? {} : { on: output }), ...(source === undefined ? {} : { source }) };
}

const counter = z.object({ total: figure }).optional().catch(undefined);
const STATUS = z.record(z.string(), z.unknown());
const SYS = z.object({ mac: z.string().optional().catch(undefined), uptime: figure });
const PART = z.object({
  output: z.boolean().optional().catch(undefined),
  source: z.string().optional().catch(undefined),
  errors: z.array(z.string()).default([]),
  ...{ apower: figure, voltage: figure, current: figure, pf: figure, freq: figure, act_power: figure },
  ...{ aenergy: counter, ret_aenergy: counter },
  temperature: z.object({ tC: figure }).optional().catch(undefined),
  ...{ total_act_power: figure, total_act: figure, total_act_ret: figure },
  ...{ total_act_energy: figure, total_act_ret_energy: figure },
  ...{ a_act_power: figure, a_voltage: figure, a_current: figure, a_pf: figure },
  ...{ b_act_power: figure, b_voltage: figure, b_current: figure, b_pf: figure },
  ...{ c_act_power: figure, c_voltage: figure, c_current: figure, c_pf: figure },
});
type Part = z.infer<typeof PART>;
type Said = Record<string, number | undefined>;

function outletValues(part: Part | undefined): Said {
  if (!part) return {};
  return {
    power_w: part.apower,
    energy_wh: part.aenergy?.total,
    energy_returned_wh: part.ret_aenergy?.total,
    voltage_v: part.voltage,
    current_a: part.current,
    factor: part.pf,
    frequency_hz: part.freq,
    temperature_c: part.temperature?.tC,
  };
}

function threePhases(parts: Components['parts']): Said {
  const [em, data] = [parts.get('em:0'), parts.get('emdata:0')];
  const values: Said = {};
  if (em) {
    values.power_w = em.total_act_power;
    for (const [index, phase] of (['a', 'b', 'c'] as const).entries()) {
      values[`power_w_${index + 1}`] = em[`${phase}_act_power`];
      values[`voltage_v_${index + 1}`] = em[`${phase}_voltage`];
      values[`current_a_${index + 1}`] = em[`${phase}_current`];
      values[`factor_${index + 1}`] = em[`${phase}_pf`];
    }
  }
  if (data) {
    values.energy_wh = data.total_act;
    values.energy_returned_wh = data.total_act_ret;
  }
  return values;
}

/** Clamps that measure circuits apart from one another. */
function clamps(parts: Components['parts']): Said {
  const values: Said = {};
  const found = [...parts].filter(([name]) => /^em1(data)?:/.test(name));
  for (const [name, part] of found) {
    const number = Number(name.split(':')[1]) + 1;
    if (name.startsWith('em1:')) {
      values[`power_w_${number}`] = part.act_power;
      values[`voltage_v_${number}`] = part.voltage;
      values[`current_a_${number}`] = part.current;
    } else {
      values[`energy_wh_${number}`] = part.total_act_energy;
      values[`energy_returned_wh_${number}`] = part.total_act_ret_energy;
    }
  }
  return values;
}
