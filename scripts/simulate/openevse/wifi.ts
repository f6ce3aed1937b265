import type { Charger } from './charger.ts';

export type Say = (topic: string, payload: string, options?: { retain?: boolean }) => void;

/** The WiFi module of one generation: what it publishes, and what it does with what it is told. */
export interface Wifi {
  readonly will: { readonly topic: string; readonly payload: string; readonly retain: boolean };
  readonly filters: readonly string[];
  greet(say: Say): void;
  tell(say: Say): void;
  take(topic: string, payload: string, say: Say): void;
}

/** Firmware up to version 3: figures below its topic, commands in RAPI. */
export function wifiTwo(charger: Charger, base: string): Wifi {
  return {
    will: { topic: base, payload: 'disconnected', retain: false },
    filters: [`${base}/rapi/in/#`, `${base}/divertmode/set`],
    greet: (say) => say(base, 'connected'),
    tell(say) {
      const figures = {
        ...{ amp: Math.round(charger.amps * 1000), voltage: charger.volts, pilot: charger.pilot },
        ...{ wh: Math.round(charger.wattHours), temp1: 281, temp2: false, temp3: false, state: charger.state },
        ...{ freeram: 20_104, divertmode: 1, srssi: -61 },
      };
      for (const [name, value] of Object.entries(figures)) say(`${base}/${name}`, String(value));
    },
    take(topic, payload, say) {
      const command = topic.split('/').at(-1) ?? '';
      if (topic.startsWith(`${base}/rapi/in/`)) say(`${base}/rapi/out`, charger.rapi(command, payload));
    },
  };
}

const ORDERS: Readonly<Record<string, boolean>> = { active: true, disabled: false };

/** Firmware from version 4 on: announces itself, keeps what it was ordered. */
export function wifiFour(charger: Charger, base: string, id: string): Wifi {
  const announce = `openevse/announce/${id.slice(-4)}`;
  const presence = (state: string) =>
    JSON.stringify({ state, id, name: `openevse-${id.slice(-4)}`, mqtt: base, http: 'http://127.0.0.1/' });
  return {
    will: {
      topic: announce,
      payload: JSON.stringify({ state: 'disconnected', id, name: 'openevse', mqtt: base }),
      retain: true,
    },
    filters: [
      ...['override', 'claim', 'limit', 'schedule'].map((name) => `${base}/${name}/set`),
      `${base}/schedule/clear`,
    ],
    greet: (say) => say(announce, presence('connected'), { retain: true }),
    tell(say) {
      const figures = {
        ...{ amp: Math.round(charger.amps * 1000), voltage: charger.volts, power: charger.watts, pilot: charger.pilot },
        ...{ total_energy: charger.wattHours / 1000, session_energy: charger.wattHours, temp: 281, temp2: false },
        ...{ state: charger.state, vehicle: 1, srssi: -61 },
      };
      for (const [name, value] of Object.entries(figures)) say(`${base}/${name}`, String(value));
    },
    take(topic, payload, say) {
      if (topic === `${base}/schedule/set`) charger.times.setEvents(payload);
      if (topic === `${base}/schedule/clear`) charger.times.clear(Number(payload));
      const name = topic.slice(base.length + 1, -'/set'.length);
      if (name !== 'override' && name !== 'claim') return;
      const state = stateIn(payload);
      if (state !== undefined) charger.enable(state, true);
      else charger.release();
      const shown = state === undefined ? '{}' : JSON.stringify({ state: state ? 'active' : 'disabled' });
      say(`${base}/${name}`, shown, { retain: true });
      say(`${base}/state`, String(charger.state));
    },
  };
}

function stateIn(payload: string): boolean | undefined {
  try {
    return ORDERS[String((JSON.parse(payload) as { state?: unknown }).state)];
  } catch {
    return undefined;
  }
}
