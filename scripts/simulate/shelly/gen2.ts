import type { Answer } from './gen1.ts';
import { type FrameChallenge, isFrameLetIn } from './guard.ts';
import { idOf, type ShellyState } from './state.ts';

/** What a device of the second generation answers over HTTP. */
export function gen2Answer(state: ShellyState, method: string, url: URL, body: string): Answer {
  if (url.pathname === '/shelly') return { status: 200, body: greeting(state) };
  const name = /^\/rpc\/([\w.]+)$/.exec(url.pathname)?.[1];
  const params = method === 'POST' ? parsed(body) : Object.fromEntries(url.searchParams);
  if (name !== undefined) {
    const result = called(state, name, params);
    return result === undefined
      ? { status: 404, body: { code: 404, message: `No handler for ${name}` } }
      : { status: 200, body: result };
  }
  if (url.pathname !== '/rpc' || method !== 'POST') return { status: 404, body: 'Not Found' };
  return { status: 200, body: gen2Frame(state, parsed(body)) };
}

/** The answer to a call in a frame, as it also comes over MQTT. */
export function gen2Frame(state: ShellyState, frame: Params, challenge?: FrameChallenge): object {
  const { id, src, method } = frame;
  if (challenge && !isFrameLetIn(frame.auth, challenge)) {
    const message = JSON.stringify({ auth_type: 'digest', ...challenge.asked });
    return { id, src: idOf(state), dst: src, error: { code: 401, message } };
  }
  const result = called(state, String(method), (frame.params ?? {}) as Params);
  const to = { id, src: idOf(state), ...(src === undefined ? {} : { dst: src }) };
  return result === undefined
    ? { ...to, error: { code: 404, message: `No handler for ${method}` } }
    : { ...to, result };
}

/** The whole status by component. */
export function gen2Status(state: ShellyState, source = 'HTTP_in'): Record<string, object> {
  const { kind, loads, mac } = state;
  const [first] = loads;
  const switches = loads
    .slice(0, kind.relays)
    .map((_, id) => [`switch:${id}`, switchStatus(state, id, source)] as const);
  return {
    ...Object.fromEntries(switches),
    ...(kind.phases > 0 ? phases(first?.watts ?? 0, first?.wattHours ?? 0) : {}),
    sys: { mac, restart_required: false, unixtime: null, uptime: first?.uptime ?? 0 },
    wifi: { sta_ip: '192.0.2.7', status: 'got ip', rssi: -51 },
  };
}

export function switchStatus({ loads }: ShellyState, id: number, source: string): object {
  const load = loads[id];
  const [watts, total] = [load?.watts ?? 0, load?.wattHours ?? 0];
  return {
    ...{ id, source, output: load?.on ?? false, apower: watts, voltage: 230.1, current: watts / 230.1 },
    aenergy: { total, by_minute: [0, 0, 0], minute_ts: 0 },
    temperature: { tC: 36.4, tF: 97.5 },
  };
}

type Params = Readonly<Record<string, unknown>>;

function greeting(state: ShellyState) {
  const { mac, kind, password, name } = state;
  const auth = { auth_en: password !== undefined, auth_domain: password === undefined ? null : idOf(state) };
  return {
    name: name || null,
    id: idOf(state),
    mac,
    model: kind.model,
    gen: 2,
    fw_id: '20240625/1.3.3',
    ver: '1.3.3',
    ...auth,
  };
}

function called(state: ShellyState, method: string, params: Params): object | undefined {
  if (method === 'Shelly.GetDeviceInfo') return greeting(state);
  if (method === 'Shelly.GetStatus') return gen2Status(state);
  if (method === 'EMData.GetStatus' && state.kind.phases > 0)
    return phases(0, state.loads[0]?.wattHours ?? 0)['emdata:0'];
  if (method === 'EMData.GetData' && state.kind.phases > 0) return keptMinutes(state, Number(params.ts));
  const id = Number(params.id ?? 0);
  const load = state.loads[id];
  if (!load || id >= state.kind.relays) return undefined;
  if (method === 'Switch.GetStatus') return switchStatus(state, id, 'HTTP_in');
  if (method !== 'Switch.Set' && method !== 'Switch.Toggle') return undefined;
  const was = load.on;
  const on = method === 'Switch.Toggle' ? !was : params.on === true || params.on === 'true';
  if (on && typeof params.toggle_after === 'number') load.onFor(params.toggle_after);
  else load.on = on;
  return { was_on: was };
}

/** As many minutes as go into one answer. */
const CHUNK = 100;

/** The minutes it kept from then on; where they are too many for one answer, when the next begin. */
function keptMinutes({ minutes }: ShellyState, from: number): object {
  const later = minutes.filter(({ ts }) => ts >= from);
  const [first] = later;
  const keys = ['a', 'b', 'c'].flatMap((phase) => [`${phase}_total_act_energy`, `${phase}_total_act_ret_energy`]);
  const values = later.slice(0, CHUNK).map(({ wattHours }) => ['a', 'b', 'c'].flatMap(() => [wattHours / 3, 0]));
  const next = later[CHUNK];
  return {
    keys,
    data: first ? [{ ts: first.ts, period: 60, values }] : [],
    ...(next && { next_record_ts: next.ts }),
  };
}

function phases(watts: number, total: number): Record<string, object> {
  const power = watts / 3;
  const each = ['a', 'b', 'c'].map((phase) => [
    [`${phase}_act_power`, power],
    [`${phase}_voltage`, 230.4],
    [`${phase}_current`, power / 230.4],
    [`${phase}_pf`, 0.97],
  ]);
  return {
    'em:0': { id: 0, ...Object.fromEntries(each.flat()), total_act_power: watts },
    'emdata:0': { id: 0, total_act: total, total_act_ret: 0 },
  };
}

function parsed(body: string): Params {
  try {
    return JSON.parse(body) as Params;
  } catch {
    return {};
  }
}
