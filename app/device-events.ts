import type { DeviceModel } from '../models/device.ts';
import type { DeviceHealth } from '../models/device-health.ts';
import type { DeviceStates } from '../models/device-states.ts';
import type { EventModel } from '../models/events.ts';

export interface DeviceEventsDeps {
  readonly devices: Pick<DeviceModel, 'listen' | 'find'>;
  readonly states: Pick<DeviceStates, 'listen'>;
  readonly deviceHealth: Pick<DeviceHealth, 'listen'>;
  readonly events: Pick<EventModel, 'emit'>;
}

/** Tells open pages of devices that come, go, change, switch or fall silent. Figures travel as values do. */
export function tellOfDevices({ devices, states, deviceHealth, events }: DeviceEventsDeps): void {
  const tell = (account: number, id: number) => events.emit(account, { name: 'device', data: { id } });
  devices.listen(tell);
  states.listen(tell);
  deviceHealth.listen((id) => {
    const account = devices.find(id)?.account;
    if (account !== undefined) tell(account, id);
  });
}
