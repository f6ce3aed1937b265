import type { Clock } from '../../lib/clock.ts';
import { systemRandom } from '../../lib/random.ts';
import { Sensor } from '../../scripts/simulate/esp32/sensor.ts';
import { Charger } from '../../scripts/simulate/openevse/charger.ts';
import { type Wifi, wifiFour, wifiTwo } from '../../scripts/simulate/openevse/wifi.ts';
import { Relay } from '../../scripts/simulate/plug/relay.ts';
import { driverConformance, type SimulatedDevice, ZONE } from '../../test/driver-conformance.ts';
import { cad } from './cad.ts';
import type { DeviceRef } from './driver.ts';
import { emonesp } from './emonesp.ts';
import { esp32 } from './esp32.ts';
import { meterOperator } from './meter-operator.ts';
import { mqttRelay } from './mqtt-relay.ts';
import { openevse2 } from './openevse2.ts';
import { openevse4 } from './openevse4.ts';

function ref(family: string, identity: string, settings: DeviceRef['settings'] = {}): DeviceRef {
  return { id: 1, account: 1, node: identity, name: identity, family, identity, address: null, settings };
}

function heardList() {
  const heard: [string, Buffer][] = [];
  return {
    heard: () => heard,
    say: (topic: string, payload: string) => void heard.push([topic, Buffer.from(payload)]),
  };
}

driverConformance(emonesp, {
  measures: false,
  start: async (clock): Promise<SimulatedDevice> => {
    const { heard, say } = heardList();
    const relay = new Relay(clock);
    const base = 'emon/smartplug1272';
    return {
      device: ref('emonesp', 'smartplug1272'),
      measure: () => undefined,
      isOn: () => relay.isOn,
      take(topic, payload) {
        if (topic === `${base}/in/ctrlmode`) relay.command(payload);
        if (topic === `${base}/in/timer`) relay.setTimers(payload);
        if (topic === `${base}/in/state`) say(`${base}/out/state`, relay.isOn ? '1' : '0');
      },
      heard,
      press: () => say(`${base}/out/ctrlmode`, relay.press()),
      reboot() {
        relay.reboot();
        say(`${base}/describe`, 'smartplug');
      },
      stop: () => undefined,
    };
  },
});

function charger(device: DeviceRef, clock: Clock, wifiOf: (charger: Charger) => Wifi): SimulatedDevice {
  const { heard, say } = heardList();
  const evse = new Charger(clock, ZONE);
  const wifi = wifiOf(evse);
  wifi.greet(say);
  return {
    device,
    measure(power, energyWh = 0) {
      evse.draw(power / evse.volts);
      evse.wattHours = energyWh;
      wifi.tell(say);
    },
    isOn: () => evse.enabled,
    take(topic, payload) {
      wifi.take(topic, payload, say);
      wifi.tell(say);
    },
    heard,
    reboot() {
      say(wifi.will.topic, wifi.will.payload);
      wifi.greet(say);
      wifi.tell(say);
    },
    stop: () => undefined,
  };
}

driverConformance(openevse2, {
  start: async (clock) => charger(ref('openevse2', 'emon/openevse'), clock, (evse) => wifiTwo(evse, 'emon/openevse')),
});

driverConformance(openevse4, {
  start: async (clock) => {
    const device = ref('openevse4', '0a1b2c3d4e5f', { topic: 'emon/openevse' });
    return charger(device, clock, (evse) => wifiFour(evse, 'emon/openevse', '0a1b2c3d4e5f'));
  },
});

driverConformance(mqttRelay, {
  start: async (): Promise<SimulatedDevice> => {
    const { heard, say } = heardList();
    let on = false;
    const tell = () => say('boiler/state', JSON.stringify({ relays: [{ on: on ? 'yes' : 'no' }] }));
    const settings = {
      ...{ command: 'boiler/set', state: 'boiler/state', statePath: 'relays[0].on', query: 'boiler/ask' },
      words: { on: 'YES', off: 'NO' },
      readings: [
        { name: 'power_w', topic: 'boiler/power' },
        { name: 'energy_wh', topic: 'boiler/sum', path: 'kWh', factor: 1000 },
      ],
    };
    return {
      device: ref('mqtt-relay', 'boiler', settings),
      measure(power, energyWh = 0) {
        say('boiler/power', `${power}`);
        say('boiler/sum', JSON.stringify({ kWh: energyWh / 1000 }));
      },
      isOn: () => on,
      take(topic, payload) {
        if (topic === 'boiler/set') on = payload === 'YES';
        tell();
      },
      heard,
      press() {
        on = !on;
        tell();
      },
      stop: () => undefined,
    };
  },
});

driverConformance(meterOperator, {
  start: async (): Promise<SimulatedDevice> => {
    const { heard, say } = heardList();
    let watts = 0;
    return {
      device: ref('meter-operator', '20E5012345'),
      measure(power, energyWh = 0) {
        watts = power;
        const cumulative = { serial: '20E5012345', timeStamp: '2020-05-24T12:00:00Z', import_kWh: energyWh / 1000 };
        say('mtr/e/20E5012345', JSON.stringify({ cumulative }));
      },
      take(topic, payload) {
        if (topic === 'cfg/e/20E5012345' && payload === 'meter.total_kW?')
          say('resp/kW/20E5012345', JSON.stringify({ value: watts / 1000 }));
      },
      heard,
      stop: () => undefined,
    };
  },
});

driverConformance(cad, {
  start: async (): Promise<SimulatedDevice> => {
    const { heard, say } = heardList();
    let read = { import: 0, export: 0, rate: 0, pf: 1 };
    const payload = () => JSON.stringify({ ts: '2020-05-24T13:00:00+01:00', reads: [read], voltage: 241 });
    return {
      device: ref('cad', '20E5012345'),
      measure(power, energyWh = 0) {
        read = { import: energyWh / 1000, export: 0, rate: power, pf: 0.98 };
        say('openenergy/0/mtr/20E5012345/meter/read', payload());
      },
      take: (topic) => say(topic.replace('/get/', '/res/'), payload()),
      heard,
      stop: () => undefined,
    };
  },
});

driverConformance(esp32, {
  measures: false,
  start: async (clock): Promise<SimulatedDevice> => {
    const sensor = new Sensor({ clock, random: systemRandom }, '24:0a:c4:00:01:10', 'climate');
    return {
      device: ref('esp32', sensor.name.replaceAll(':', '')),
      measure: () => undefined,
      stop: () => undefined,
    };
  },
});
