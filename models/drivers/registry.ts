import { cad } from './cad.ts';
import type { Driver } from './driver.ts';
import { emonesp } from './emonesp.ts';
import { esp32 } from './esp32.ts';
import { httpMeter } from './http-meter.ts';
import { influx } from './influx.ts';
import { kasa } from './kasa.ts';
import { meterOperator } from './meter-operator.ts';
import { mqttRelay } from './mqtt-relay.ts';
import { openevse2 } from './openevse2.ts';
import { openevse4 } from './openevse4.ts';
import { shelly1 } from './shelly1.ts';
import { shelly2 } from './shelly2.ts';
import { tasmota } from './tasmota.ts';

const FAMILIES: readonly Driver[] = [
  cad,
  emonesp,
  esp32,
  httpMeter,
  influx,
  kasa,
  meterOperator,
  mqttRelay,
  openevse2,
  openevse4,
  shelly1,
  shelly2,
  tasmota,
];

/** The families of devices that Hearth knows by itself. Plug-ins join them in a copy of their own. */
export const DRIVERS: ReadonlyMap<string, Driver> = new Map(FAMILIES.map((driver) => [driver.family, driver]));
