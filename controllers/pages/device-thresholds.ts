import { parseThresholds, type Thresholds } from '../../models/cost/power-on.ts';
import { thresholdsOf } from '../../models/cost/quality.ts';
import type { Device } from '../../models/device.ts';
import type { DeviceChange } from '../../models/device-configure.ts';

/** The fields that say from which power on a device counts as on, and below which as off again. */
export interface TypedThresholds {
  readonly onW: string;
  readonly offW: string;
}

/** As the fields show them. */
export function thresholdTexts(device: Device): TypedThresholds {
  const { on, off } = thresholdsOf(device);
  return { onW: String(on), offW: String(off) };
}

/** What was typed; undefined where it cannot be. A field that was not sent stays as it is. */
export function readThresholds(device: Device, { onW, offW }: TypedThresholds): Thresholds | undefined {
  const known = thresholdsOf(device);
  const number = (typed: string, before: number) => (typed === '' ? before : Number(typed.replace(',', '.')));
  return parseThresholds({ on: number(onW, known.on), off: number(offW, known.off) });
}

/** The settings that change; none where they stay as they are. */
export function thresholdSettings(device: Device, typed: TypedThresholds): NonNullable<DeviceChange['settings']> {
  const [before, after] = [thresholdsOf(device), readThresholds(device, typed)];
  return after && (after.on !== before.on || after.off !== before.off) ? { powerOn: after } : {};
}
