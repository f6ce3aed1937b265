import { createSocket } from 'node:dgram';
import { Device, UdpServer } from 'tplink-smarthome-simulator';
import type { Clock, Disposer } from '../../../lib/clock.ts';
import { FAULT_AFTER, type Fault, SLOW_MS } from '../fault.ts';

const PORT = 9999;
const KLAP_PORT = 20_002;
const KLAP_HEADER = 16;

export interface KasaPlug {
  readonly model: 'hs100' | 'hs110' | 'hs110v2' | 'hs300';
  /** Each has one of its own, as all listen on port 9999: 127.0.0.11 and so on. */
  readonly address: string;
  readonly alias: string;
  readonly mac?: string;
  readonly fault?: Fault;
  readonly faultAfterMs?: number;
}

/** What the meter of a simulated plug shows, in W, A, V and kWh whatever its hardware says. */
export interface Realtime {
  power: number;
  current: number;
  voltage: number;
  total: number;
}

/** A plug on the wire. */
export interface SimulatedKasa {
  readonly plug: KasaPlug;
  readonly realtime: Realtime | undefined;
  /** host:port */
  address(): string;
  fail(fault: Fault | 'silent'): void;
  isOn(): boolean;
  start(): Promise<unknown>;
  stop(): Promise<unknown>;
}

/** The plug, ready to be started. */
export function kasaPlug(plug: KasaPlug, clock: Clock): SimulatedKasa {
  const { model, address, alias, mac, fault = 'none', faultAfterMs = Number(FAULT_AFTER) * 1000 } = plug;
  const device = new Device({
    ...{ model, address, alias, port: PORT },
    ...(mac && { data: { mac } }),
    ...(fault === 'slow' && { responseDelay: SLOW_MS }),
  });
  const { emeter } = device.data as typeof device.data & Inner;
  const realtime = emeter?.realtime;
  if (realtime)
    Object.assign(realtime, fault === 'lying' ? LIES : { power: 40, current: 0.2, voltage: 230, total: 1.5 });
  const info = device.data.system.sysinfo as { relay_state?: number };
  if (info.relay_state !== undefined) info.relay_state = 1;
  // who hangs up on it must not end the program
  device.deviceNetworking.on('error', () => undefined);
  let stops: Disposer[] = [];
  countDown(device, clock, (stop) => stops.push(stop));
  fail(device, fault);
  return {
    plug,
    realtime,
    address: () => `${device.address}:${device.port}`,
    fail: (wanted) => fail(device, wanted),
    isOn: () => (device.api.system.get_sysinfo() as { relay_state?: number }).relay_state === 1,
    async start() {
      await device.start();
      if (fault === 'vanish') stops.push(clock.after(faultAfterMs, () => void device.stop()));
      if (fault === 'reboot' && realtime)
        stops.push(clock.after(faultAfterMs, () => Object.assign(realtime, { total: 0 })));
    },
    async stop() {
      for (const stop of stops) stop();
      stops = [];
      await device.stop();
    },
  };
}

/** The simulator keeps countdowns but does not count them: this does. */
function countDown(device: Device, clock: Clock, keep: (stop: Disposer) => void): void {
  const answer = device.processTcpMessage.bind(device);
  let stop: Disposer = () => undefined;
  device.processTcpMessage = (message) => {
    const { context, count_down } = JSON.parse(message.toString()) as Question;
    if (count_down) stop();
    const rule = count_down?.add_rule;
    if (rule) {
      const order = JSON.stringify({ ...(context && { context }), system: { set_relay_state: { state: rule.act } } });
      stop = clock.after(rule.delay * 1000, () => void answer(order));
      keep(stop);
    }
    return answer(message);
  };
}

interface Question {
  readonly context?: object;
  readonly count_down?: { readonly add_rule?: { readonly delay: number; readonly act: number } };
}

function fail(device: Device, fault: Fault | 'silent'): void {
  if (fault === 'garbage') device.unreliablePercent = 1;
  if (fault === 'huge') device.processTcpMessage = () => ({ response: HUGE, responseForLog: '' });
  if (fault === 'silent') device.processTcpMessage = () => ({ response: undefined as never, responseForLog: '' });
}

/** Lets the plugs hear what is broadcast; stops when the disposer is called. */
export async function hearBroadcasts(): Promise<Disposer> {
  await UdpServer.start({ port: PORT });
  return () => UdpServer.stop();
}

/** A plug with the newer firmware: it says who it is when asked by broadcast, and nothing else. */
export async function klapPlug({ mac, model }: { mac: string; model: string }): Promise<Disposer> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (_, { port, address }) => {
    const result = {
      device_type: 'IOT.SMARTPLUGSWITCH',
      device_model: model,
      mac: mac.replaceAll(':', '-'),
      ip: address,
    };
    socket.send(
      Buffer.concat([Buffer.alloc(KLAP_HEADER), Buffer.from(JSON.stringify({ result, error_code: 0 }))]),
      port,
      address,
    );
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject).bind(KLAP_PORT, () => resolve());
  });
  return () => socket.close();
}

interface Inner {
  readonly emeter?: { realtime: Realtime };
}

const LIES: Realtime = { power: 9e9, current: -4e6, voltage: 70_000, total: 1.5 };
/** Says that a gigabyte follows. */
const HUGE = Buffer.concat([Buffer.from([0x40, 0, 0, 0]), Buffer.alloc(200_000, 0xab)]);
