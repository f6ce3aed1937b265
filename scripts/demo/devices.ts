import { createServer } from 'node:http';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { systemClock as clock, type Disposer } from '../../lib/clock.ts';
import { systemRandom as random } from '../../lib/random.ts';
import { post } from '../simulate/esp32/post.ts';
import { kasaPlug } from '../simulate/kasa/house.ts';
import { Load } from '../simulate/load.ts';
import { Charger } from '../simulate/openevse/charger.ts';
import { wifiFour } from '../simulate/openevse/wifi.ts';
import { Plug } from '../simulate/plug/plug.ts';
import { HEAT_PUMP_PORT, HOUSEHOLD, PLACES, SEED } from './house.ts';
import { PRICE_STEP, PRICES_AHEAD, penceAt } from './prices.ts';
import { realDay } from './real-day.ts';
import { shapes } from './shapes.ts';

export interface Hub {
  /** e.g. http://127.0.0.1:8080 */
  readonly http: string;
  /** e.g. mqtt://127.0.0.1:1883 */
  readonly mqtt: string;
  /** The household's write key. */
  readonly key: string;
}

const TELL_MS = 5000;
const SENSOR_MS = 10_000;
const PRICES_MS = 600_000;
/** What the car and the washing machine take while they are let. */
const CAR_A = 31;
const WASHING_W = 500;

const DAY = 86_400;

type Stop = () => unknown;

/** What the devices draw now, in watts: the meter sees it on top of the real day. */
type Drawn = Map<string, number>;

/** Starts every device of the demo house on loopback; what is returned ends them all. */
export async function startDevices(hub: Hub): Promise<() => Promise<void>> {
  const stops: Stop[] = [];
  const drawn: Drawn = new Map();
  for (const start of [prices, fridge, washingMachine, immersion, carCharger, heatPump, attic, meter])
    stops.push(...(await start(hub, drawn)));
  await switchOn(hub, 'fridge');
  return async () => {
    for (const stop of stops.reverse()) await stop();
  };
}

/** The real day, now. */
async function meter(hub: Hub, drawn: Drawn): Promise<Stop[]> {
  const day = realDay();
  const client = await join(hub);
  const tell = () => {
    const { watts, volts } = day(clock.seconds());
    const all = [...drawn.values()].reduce((sum, one) => sum + one, watts * (0.98 + 0.04 * random.fraction()));
    const payload = { active_power: Math.round(all), voltage: volts };
    client.publish('emon/meter', JSON.stringify(payload), { qos: 1 });
  };
  return [...repeat(TELL_MS, tell), () => client.endAsync(true)];
}

/** Nobody sends prices here: they are made as they are needed, from yesterday to the day after tomorrow. */
async function prices({ http, key }: Hub): Promise<Stop[]> {
  const answer = await fetch(`${http}/feed/getid.json?apikey=${key}&tag=tariff&name=price`);
  const feed = Number(await answer.json());
  const tell = () => {
    const first = Math.floor(clock.seconds() / PRICE_STEP) * PRICE_STEP - DAY;
    const count = (DAY + PRICES_AHEAD) / PRICE_STEP;
    const data = Array.from({ length: count }, (_, at) => first + at * PRICE_STEP).map((time) => [time, penceAt(time)]);
    const body = new URLSearchParams({ apikey: key, id: String(feed), data: JSON.stringify(data) });
    fetch(`${http}/feed/insert.json`, { method: 'POST', body }).catch(() => undefined);
  };
  return repeat(PRICES_MS, tell);
}

async function fridge(): Promise<Stop[]> {
  const mac = '50:C7:BF:00:00:61';
  const plug = kasaPlug({ model: 'hs110v2', address: PLACES.kasa, alias: 'Fridge', mac }, clock);
  await plug.start();
  const load = new Load(clock, 0);
  const use = () => {
    if (!plug.realtime) return;
    load.watts = plug.isOn() ? shapes(SEED).fridge(clock.seconds()) : 0;
    Object.assign(plug.realtime, { power: load.watts, current: load.watts / 240, total: load.wattHours / 1000 });
  };
  return [...repeat(1000, use), () => plug.stop()];
}

async function washingMachine(hub: Hub, drawn: Drawn): Promise<Stop[]> {
  const ports = { beaconPort: 0, beaconAddress: '127.0.0.63', httpPort: 0, mqttPort: 0 };
  const plug = new Plug({ node: 'smartplug1272', type: 'smartplug', clock, ...ports });
  const { hostname: host, port } = new URL(hub.mqtt);
  plug.join({ host, port: Number(port), username: HOUSEHOLD.username, password: hub.key, topic: 'emon' });
  const use = () => drawn.set('washing', plug.relay.isOn ? WASHING_W : 0);
  return [...repeat(TELL_MS, use), () => plug.stop()];
}

async function immersion(hub: Hub, drawn: Drawn): Promise<Stop[]> {
  const client = await join(hub);
  const load = new Load(clock, 2900, false);
  const say = (name: string, text: string) => void client.publish(`relays/immersion/${name}`, text);
  const tell = () => {
    drawn.set('immersion', load.watts);
    say('power', String(load.watts));
    say('energy', load.wattHours.toFixed(1));
    say('state', load.on ? 'ON' : 'OFF');
  };
  client.on('message', (topic, payload) => {
    if (topic === 'relays/immersion/set') load.on = payload.toString() === 'ON';
    tell();
  });
  await client.subscribeAsync(['relays/immersion/set', 'relays/immersion/ask']);
  return [...repeat(TELL_MS, tell), () => client.endAsync(true)];
}

async function carCharger(hub: Hub, drawn: Drawn): Promise<Stop[]> {
  const charger = new Charger(clock, HOUSEHOLD.zone);
  charger.draw(CAR_A);
  const wifi = wifiFour(charger, 'openevse', '0a1b2c3d4e5f');
  const client = await join(hub, { ...wifi.will, payload: Buffer.from(wifi.will.payload), qos: 1 });
  const say = (topic: string, payload: string, options = {}) => void client.publish(topic, payload, options);
  client.on('message', (topic, payload) => {
    wifi.take(topic, payload.toString('utf8'), say);
    wifi.tell(say);
  });
  await client.subscribeAsync([...wifi.filters]);
  wifi.greet(say);
  const draw = () => {
    charger.pass(TELL_MS / 1000);
    drawn.set('car', charger.watts);
    wifi.tell(say);
  };
  return [...repeat(TELL_MS, draw), () => client.endAsync(true)];
}

async function heatPump(_hub: Hub, drawn: Drawn): Promise<Stop[]> {
  const load = new Load(clock, 0);
  const server = createServer((_request, response) => {
    load.watts = shapes(SEED).heatPump(clock.seconds());
    drawn.set('heat pump', load.watts);
    const electric = { power: Math.round(load.watts), energy: load.wattHours / 1000 };
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ electric }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(HEAT_PUMP_PORT, PLACES.heatPump, resolve);
  });
  return [() => server.closeAllConnections(), () => server.close()];
}

async function attic({ http, key }: Hub): Promise<Stop[]> {
  const { attic: warmth, humidity } = shapes(SEED);
  const began = clock.seconds();
  const tell = () => {
    const now = clock.seconds();
    const measured = { temperature: Math.round(warmth(now)), humidity: Math.round(humidity(now)) };
    const body = { name: '24:0a:c4:00:01:10', timestamp: now - began, ...measured };
    post(`${http}/device?apikey=${key}`, body).catch(() => undefined);
  };
  return repeat(SENSOR_MS, tell);
}

/** As a person would: what this simulator begins with is off. */
async function switchOn({ http, key }: Hub, node: string): Promise<void> {
  const answer = await fetch(`${http}/api/v1/devices?apikey=${key}`);
  const { devices } = (await answer.json()) as { devices: { id: number; node: string }[] };
  const id = devices.find((device) => device.node === node)?.id;
  const headers = { 'Content-Type': 'application/json' };
  const ask = { method: 'POST', headers, body: JSON.stringify({ on: true }) };
  if (id !== undefined) await fetch(`${http}/api/v1/devices/${id}/switch?apikey=${key}`, ask);
}

function join({ mqtt, key }: Hub, will?: NonNullable<IClientOptions['will']>): Promise<MqttClient> {
  return connectAsync(mqtt, { username: HOUSEHOLD.username, password: key, ...(will ? { will } : {}) });
}

/** Now, and every so often. */
function repeat(ms: number, turn: () => void): [Disposer] {
  turn();
  return [clock.every(ms, turn)];
}
