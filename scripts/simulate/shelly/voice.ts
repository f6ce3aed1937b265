import type { Say, Voice } from '../voice.ts';
import { gen1Messages } from './gen1.ts';
import { gen2Frame, gen2Status, switchStatus } from './gen2.ts';
import { idOf, type ShellyState } from './state.ts';

export function shellyVoice(state: ShellyState, ip: string, say: Say): Voice {
  return state.kind.generation === 1 ? gen1Voice(state, ip, say) : gen2Voice(state, say);
}

function gen1Voice(state: ShellyState, ip: string, say: Say): Voice {
  const base = `shellies/${idOf(state)}`;
  const { mac, kind, loads } = state;
  const tell = () => {
    for (const [below, payload] of gen1Messages(state)) say(`${base}/${below}`, payload);
  };
  const announce = () => {
    const said = JSON.stringify({ id: idOf(state), model: kind.model, mac, ip, new_fw: false, fw_ver: '20230913' });
    say('shellies/announce', said);
    say(`${base}/announce`, said);
  };
  const greet = () => {
    say(`${base}/online`, 'true', true);
    announce();
    tell();
  };
  return {
    filters: ['shellies/command', `${base}/#`],
    greet,
    tell,
    take(topic, payload) {
      if (payload === 'announce') announce();
      if (payload === 'update') tell();
      const index = new RegExp(`^${base}/relay/(\\d)/command$`).exec(topic)?.[1];
      const load = index === undefined ? undefined : loads[Number(index)];
      if (!load) return;
      load.on = payload === 'toggle' ? !load.on : payload === 'on';
      tell();
    },
    press() {
      for (const load of loads.slice(0, 1)) load.on = !load.on;
      tell();
    },
    reboot() {
      for (const load of loads) load.reboot();
      greet();
    },
  };
}

/** Where the broker is guarded too, as newer firmware might: the maker's own lets calls over MQTT in without a password. */
function gen2Voice(state: ShellyState, say: Say): Voice {
  const id = idOf(state);
  const asked = { nonce: 1_625_038_762, nc: 1, realm: id, algorithm: 'SHA-256' } as const;
  const { password } = state;
  const challenge = state.guardsBroker && password !== undefined ? { asked, password } : undefined;
  const notify = (method: string, params: object) =>
    say(`${id}/events/rpc`, JSON.stringify({ src: id, dst: `${id}/events`, method, params }));
  const changed = (source: string) => notify('NotifyStatus', { ts: 0, 'switch:0': switchStatus(state, 0, source) });
  const tell = () => notify('NotifyStatus', gen2Status(state));
  const greet = (source = 'init') => {
    say(`${id}/online`, 'true', true);
    notify('NotifyFullStatus', gen2Status(state, source));
  };
  return {
    filters: [`${id}/rpc`],
    greet,
    tell,
    take(topic, payload) {
      if (topic !== `${id}/rpc`) return;
      const frame = JSON.parse(payload) as { src?: string; method?: string };
      const answer = gen2Frame(state, frame, challenge);
      say(`${frame.src ?? id}/rpc`, JSON.stringify(answer));
      if (frame.method?.startsWith('Switch.') && 'result' in answer) changed('MQTT');
    },
    press() {
      for (const load of state.loads.slice(0, 1)) load.on = !load.on;
      changed('button');
    },
    reboot() {
      for (const load of state.loads) load.reboot();
      greet();
    },
  };
}
