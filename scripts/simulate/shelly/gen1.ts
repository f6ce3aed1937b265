import type { ShellyState } from './state.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const PHASE_VOLTS = 230;

/** What a device of the first generation answers; counters of relays are Watt-minutes, those of phases Watt-hours. */
export function gen1Answer(state: ShellyState, method: string, url: URL): Answer {
  const relay = /^\/relay\/(\d)$/.exec(url.pathname)?.[1];
  if (relay !== undefined) return turned(state, Number(relay), url.searchParams);
  if (url.pathname === '/shelly') return { status: 200, body: greeting(state) };
  if (url.pathname === '/status' && method === 'GET') return { status: 200, body: status(state) };
  return { status: 404, body: 'Not Found' };
}

/** What it publishes below `shellies/<id>/`. */
export function gen1Messages(state: ShellyState): [below: string, payload: string][] {
  const { loads, kind } = state;
  const relays = loads.slice(0, kind.relays || 1).flatMap((load, index): [string, string][] => [
    [`relay/${index}`, load.on ? 'on' : 'off'],
    ...(kind.phases > 0
      ? []
      : ([
          [`relay/${index}/power`, load.watts.toFixed(2)],
          [`relay/${index}/energy`, `${Math.floor(load.wattHours * 60)}`],
        ] as [string, string][])),
  ]);
  const phases = phasesOf(state).flatMap((phase, index) =>
    Object.entries(phase).map(([name, value]): [string, string] => [`emeter/${index}/${name}`, `${value}`]),
  );
  return [...relays, ['temperature', '31.5'], ...phases];
}

function greeting({ mac, kind, password, loads }: ShellyState) {
  return {
    type: kind.model,
    mac,
    auth: password !== undefined,
    fw: '20230913-113610/v1.14.0',
    num_outputs: loads.length,
  };
}

function turned(state: ShellyState, index: number, asked: URLSearchParams): Answer {
  const turn = asked.get('turn');
  const timer = Number(asked.get('timer') ?? 0);
  const load = state.loads[index];
  if (!load || index >= state.kind.relays) return { status: 404, body: 'Not Found' };
  if (turn === 'on' && timer > 0) load.onFor(timer);
  else if (turn === 'on' || turn === 'off') load.on = turn === 'on';
  if (turn === 'toggle') load.on = !load.on;
  return { status: 200, body: { ison: load.on, has_timer: timer > 0, source: 'http' } };
}

function status(state: ShellyState) {
  const { mac, kind, loads } = state;
  const [first] = loads;
  const relays = loads.map((load) => ({ ison: load.on, has_timer: false, overpower: false, source: 'http' }));
  const meters = loads.map((load) => ({ power: load.watts, is_valid: true, total: Math.floor(load.wattHours * 60) }));
  const emeters = phasesOf(state).map((phase) => ({ ...phase, is_valid: true }));
  return {
    ...{ mac, relays, uptime: first?.uptime ?? 0, temperature: 31.5, has_update: false },
    ...(kind.phases > 0 ? { emeters, total_power: first?.watts ?? 0 } : { meters }),
  };
}

/** The load on three phases alike. */
function phasesOf({ kind, loads: [load] }: ShellyState) {
  const power = (load?.watts ?? 0) / 3;
  const total = (load?.wattHours ?? 0) / 3;
  const one = { power, pf: 0.95, current: power / PHASE_VOLTS, voltage: PHASE_VOLTS, total, total_returned: 0 };
  return Array.from({ length: kind.phases }, () => one);
}
