import { DateTime } from 'luxon';

/** A day by the household's clock: 23, 24 or 25 hours from `start` to before `end`, Unix seconds. */
export interface LocalDay {
  readonly start: number;
  readonly end: number;
}

/** The local day that holds `time` in the zone; UTC's where the zone is unknown. */
export function localDay(time: number, zone: string): LocalDay {
  const newest = recent.get(zone);
  if (newest && time >= newest.start && time < newest.end) return newest;
  const at = DateTime.fromSeconds(time, { zone });
  const day = (at.isValid ? at : DateTime.fromSeconds(time, { zone: 'utc' })).startOf('day');
  const found = {
    start: Math.floor(day.toSeconds()),
    end: Math.floor(day.plus({ days: 1 }).startOf('day').toSeconds()),
  };
  recent.set(zone, found);
  return found;
}

/** Readings of one household nearly always fall into the day of the one before. At most one entry a zone. */
const recent = new Map<string, LocalDay>();
