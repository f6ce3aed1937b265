import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Random } from '../../lib/random.ts';
import type { MqttPort, Ports } from '../../models/drivers/driver.ts';
import type { AddressRules } from '../../models/drivers/private-address.ts';
import { deviceHttp } from './device-http.ts';
import { deviceTcp, deviceUdp } from './device-wire.ts';

export interface DevicePortsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly mqtt: MqttPort;
  readonly rules: AddressRules;
}

/** Every way out that drivers have. */
export function devicePorts(deps: DevicePortsDeps): Ports {
  const { mqtt, clock, log } = deps;
  return { http: deviceHttp(deps), tcp: deviceTcp(deps), udp: deviceUdp(deps), mqtt, clock, log };
}
