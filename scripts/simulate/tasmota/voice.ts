import type { Load } from '../load.ts';
import type { Say, Voice } from '../voice.ts';

export interface TasmotaState {
  /** 12 upper-case hex digits. */
  readonly mac: string;
  readonly topic: string;
  readonly name: string;
  readonly ip: string;
  readonly loads: readonly Load[];
}

/** A Tasmota plug on a broker: its discovery message, its state, its meter and its commands. */
export function tasmotaVoice(state: TasmotaState, say: Say): Voice & { readonly will: readonly [string, string] } {
  const { mac, topic, loads } = state;
  const isOne = loads.length === 1;
  const pulses = new Map<number, number>();
  const powers = () =>
    Object.fromEntries(loads.map((load, index) => [isOne ? 'POWER' : `POWER${index + 1}`, load.on ? 'ON' : 'OFF']));
  const sensor = () => ({ Time: LOCAL_TIME, ENERGY: meter(loads) });
  const tell = () => {
    say(
      `tele/${topic}/STATE`,
      JSON.stringify({ Time: LOCAL_TIME, UptimeSec: loads[0]?.uptime ?? 0, ...powers(), Wifi: { RSSI: 80 } }),
    );
    say(`tele/${topic}/SENSOR`, JSON.stringify(sensor()));
  };
  const told = (index: number) => {
    const word = isOne ? 'POWER' : `POWER${index + 1}`;
    const on = loads[index]?.on ? 'ON' : 'OFF';
    say(`stat/${topic}/RESULT`, JSON.stringify({ [word]: on }));
    say(`stat/${topic}/${word}`, on);
  };
  const greet = () => {
    say(`tele/${topic}/LWT`, 'Online', true);
    say(`tasmota/discovery/${mac}/config`, JSON.stringify(config(state)), true);
    say(`tasmota/discovery/${mac}/sensors`, JSON.stringify({ sn: sensor(), ver: 1 }), true);
  };
  return {
    will: [`tele/${topic}/LWT`, 'Offline'],
    filters: [`cmnd/${topic}/#`],
    greet,
    tell,
    take(asked, payload) {
      const command = asked.startsWith(`cmnd/${topic}/`) ? asked.slice(`cmnd/${topic}/`.length) : '';
      if (command === 'State') say(`stat/${topic}/RESULT`, JSON.stringify({ Time: LOCAL_TIME, ...powers() }));
      if (command === 'Status' && payload === '8')
        say(`stat/${topic}/STATUS8`, JSON.stringify({ StatusSNS: sensor() }));
      const pulse = /^PulseTime(\d*)$/i.exec(command)?.[1];
      if (pulse !== undefined) pulses.set(Number(pulse || 1) - 1, Number(payload));
      const number = /^POWER(\d*)$/i.exec(command)?.[1];
      if (number === undefined) return;
      const index = Number(number || 1) - 1;
      const load = loads[index];
      if (!load) return;
      const on = /^toggle$/i.test(payload) ? !load.on : /^on$/i.test(payload);
      const seconds = pulseSeconds(pulses.get(index) ?? 0);
      if (payload !== '' && on && seconds > 0) load.onFor(seconds, () => told(index));
      else if (payload !== '') load.on = on;
      told(index);
    },
    press() {
      for (const load of loads.slice(0, 1)) load.on = !load.on;
      told(0);
    },
    reboot() {
      for (const load of loads) load.reboot();
      greet();
      say(`tele/${topic}/INFO3`, JSON.stringify({ Info3: { RestartReason: 'Power On', BootCount: 7 } }));
      tell();
    },
  };
}

/** Up to 111 it is tenths of a second, above that seconds and a hundred. */
function pulseSeconds(pulse: number): number {
  return pulse > 111 ? pulse - 100 : pulse / 10;
}

/** A plug's clock may be set to any zone, or not at all. */
const LOCAL_TIME = '1999-01-01T00:00:00';

/** Several channels make lists of its figures. */
function meter(loads: readonly Load[]): object {
  const each = <T>(figure: (load: Load) => T): T | T[] =>
    loads.length === 1 ? figure(loads[0] as Load) : loads.map(figure);
  return {
    TotalStartTime: LOCAL_TIME,
    // some builds send this one as text
    Total: each(({ wattHours }) => (wattHours / 1000).toFixed(3)),
    ...{ Yesterday: 0.1, Today: 0.2, Period: 1 },
    Power: each(({ watts }) => watts),
    ApparentPower: each(({ watts }) => watts),
    Factor: each(() => 1),
    Voltage: 230,
    Current: each(({ watts }) => Number((watts / 230).toFixed(3))),
  };
}

function config({ mac, topic, name, ip, loads }: TasmotaState): object {
  return {
    ...{
      ip,
      dn: name,
      fn: loads.map((_, index) => (loads.length === 1 ? name : `${name} ${index + 1}`)),
      hn: topic,
      mac,
    },
    ...{ md: 'Sonoff POW', ty: 0, if: 0, ofln: 'Offline', onln: 'Online', state: ['OFF', 'ON', 'TOGGLE', 'HOLD'] },
    ...{ sw: '14.4.1', t: topic, ft: '%prefix%/%topic%/', tp: ['cmnd', 'stat', 'tele'] },
    ...{ rl: Array.from({ length: 8 }, (_, index) => (index < loads.length ? 1 : 0)), so: { 4: 0 }, ver: 1 },
  };
}
