import type { DeviceReading } from './driver.ts';

interface Held {
  readonly time: number;
  readonly values: DeviceReading['values'];
}

/**
 * What devices that tell only of changes said last. A new value then also says that the one before held until a step ago, which
 * keeps a straight line from being drawn between two far points.
 */
export class HeldValues {
  readonly #last = new Map<number, Held>();

  /** The reading, after the one that fills the silence before it where there is one to fill. `time` is when it was said. */
  take(device: number, reading: DeviceReading, time: number): DeviceReading[] {
    const { holds } = reading;
    if (!holds) return [reading];
    const before = this.#last.get(device);
    if (before && time <= before.time) return [reading];
    const power = pick(reading.values);
    if (reading.valid && Object.keys(power).length > 0) this.#last.set(device, { time, values: power });
    const gap = before ? time - before.time : 0;
    if (!before || gap <= holds.step || gap > holds.most) return [reading];
    return [{ time: time - holds.step, values: before.values, valid: true }, reading];
  }

  forget(device: number): void {
    this.#last.delete(device);
  }
}

/** Counters go on while power holds, so only power does. */
function pick(values: DeviceReading['values']): DeviceReading['values'] {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => name.endsWith('_w') && value !== null));
}
