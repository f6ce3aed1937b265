import type { Clock, Disposer } from '../../lib/clock.ts';
import type { DeviceModel } from '../../models/device.ts';
import type { DeviceStates } from '../../models/device-states.ts';
import type { DeviceScheduleModel } from '../../models/schedule/schedule-model.ts';
import type { Service } from './service.ts';

export interface ShaperStatusDeps {
  readonly schedules: Pick<DeviceScheduleModel, 'all' | 'extraOf'>;
  readonly devices: Pick<DeviceModel, 'find'>;
  readonly states: Pick<DeviceStates, 'desired'>;
  readonly publish: (account: number, topic: string, value: number) => void;
  readonly clock: Clock;
}

const EVERY_MS = 10_000;

/**
 * `emon/<device>/status`, 1 or 0 every ten seconds: plugs of the demand shaper's first version follow it. Only for devices that were
 * scheduled by its `submit`.
 */
export class ShaperStatus implements Service {
  readonly name = 'demand shaper status';
  readonly #deps: ShaperStatusDeps;
  #timer: Disposer | undefined;

  constructor(deps: ShaperStatusDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = this.#deps.clock.every(EVERY_MS, () => this.#tell());
  }

  stop(): void {
    this.#timer?.();
  }

  #tell(): void {
    const { schedules, devices, states, publish } = this.#deps;
    const told = new Set<number>();
    for (const { id, account, device } of schedules.all()) {
      if (schedules.extraOf(id).first === undefined || told.has(device)) continue;
      told.add(device);
      const node = devices.find(device)?.node;
      if (node !== undefined) publish(account, `emon/${node}/status`, states.desired(device)?.on ? 1 : 0);
    }
  }
}
