import type { Device } from '../device.ts';
import type { DeviceTallies } from '../device-tallies.ts';
import type { Series } from '../timeseries/series.ts';
import { parseThresholds, powerOns, type Thresholds, USUAL_THRESHOLDS } from './power-on.ts';

/** How far a device's figures can be relied on, and how often it ran. */
export interface Quality {
  readonly device: number;
  /** Per cent of the askings that failed, of those that were made; null where none is known of. */
  readonly failed: number | null;
  /** Per cent of the readings that should be there and are not. */
  readonly missing: number | null;
  /** Per cent of the answers that the device itself does not trust; null where there was none. */
  readonly invalid: number | null;
  /** How often it had been on, in each stretch; null where its power is not recorded. */
  readonly powerOns: readonly number[] | null;
}

export interface QualityDeps {
  readonly series: Pick<Series, 'meta' | 'scan' | 'windows'>;
  readonly tallies: Pick<DeviceTallies, 'between'>;
}

/** A device with the feed of its power, or else of its energy. */
export interface MeteredDevice {
  readonly device: Device;
  readonly feed: number;
  readonly powerFeed: number | null;
}

/** Of each of the devices over the stretches between the edges, which ascend. */
export async function qualityOf(
  { series, tallies }: QualityDeps,
  metered: readonly MeteredDevice[],
  edges: readonly number[],
): Promise<Quality[]> {
  const [from = 0, to = 0] = [edges[0], edges.at(-1)];
  const ids = metered.map(({ device }) => device.id);
  const told = await tallies.between(ids, from, to);
  return await Promise.all(
    metered.map(async ({ device, feed, powerFeed }) => {
      const { ok = 0, failed = 0, invalid = 0 } = told.get(device.id) ?? {};
      const interval = series.meta(feed)?.interval ?? 0;
      const [window] = await series.windows(feed, [from, to]);
      const expected = interval > 0 ? (to - from) / interval : 0;
      const counts = powerFeed === null ? null : await powerOns(series, powerFeed, edges, thresholdsOf(device));
      return {
        device: device.id,
        failed: share(failed, failed + ok + invalid),
        missing: share(expected - (window?.count ?? 0), expected),
        invalid: share(invalid, ok + invalid),
        powerOns: counts,
      };
    }),
  );
}

/** What the household set, else what came along from ISDL, else the usual. */
export function thresholdsOf({ settings }: Pick<Device, 'settings'>): Thresholds {
  const own = parseThresholds(settings.powerOn);
  if (own) return own;
  const { powerOn } = (settings.isdl ?? {}) as { powerOn?: Partial<Thresholds> | null };
  const known = (value: unknown, usual: number) => (typeof value === 'number' && value >= 0 ? value : usual);
  return { on: known(powerOn?.on, USUAL_THRESHOLDS.on), off: known(powerOn?.off, USUAL_THRESHOLDS.off) };
}

/** Per cent with one decimal, 100 at most. */
function share(part: number, whole: number): number | null {
  if (whole <= 0) return null;
  return Math.round(Math.min(100, Math.max(0, (part / whole) * 100)) * 10) / 10;
}
