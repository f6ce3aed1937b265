import { DateTime } from 'luxon';
import { TIME_ZONES } from '../../models/time-zones.ts';

export interface ZoneRow {
  readonly id: string;
  readonly gmt_offset_secs: number;
  readonly gmt_offset_text: string;
}

/** Every zone this machine knows, by name, with its distance to UTC at that moment. */
export function timezones(nowMs: number): ZoneRow[] {
  return TIME_ZONES.map((id) => {
    const seconds = zoneOffset(id, nowMs);
    return { id, gmt_offset_secs: seconds, gmt_offset_text: `GMT ${sign(seconds)}${clockText(Math.abs(seconds))}` };
  });
}

/** Seconds by which the zone's clocks are ahead of UTC at that moment. */
export function zoneOffset(zone: string, nowMs: number): number {
  const { offset } = DateTime.fromMillis(nowMs, { zone });
  return Number.isNaN(offset) ? 0 : offset * 60;
}

function sign(seconds: number): string {
  return seconds < 0 ? '-' : '+';
}

function clockText(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
