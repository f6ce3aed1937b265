import { DateTime } from 'luxon';
import { HOUSEHOLD } from './house.ts';

/** Seconds a price holds, and how far ahead prices are known: to the end of tomorrow, more or less. */
export const PRICE_STEP = 1800;
export const PRICES_AHEAD = 2 * 86_400;

const DAY = 86_400;

/**
 * Pence a kWh in the half-hour of a moment, by a made-up half-hourly tariff: cheap at night and a little at noon, dear from 16:00 to 19:00, one
 * day unlike the other, and on windy nights almost nothing. Pure: the same moment costs the same.
 */
export function penceAt(time: number): number {
  const slot = Math.floor(time / PRICE_STEP);
  const local = DateTime.fromSeconds(slot * PRICE_STEP, { zone: HOUSEHOLD.zone });
  const hour = local.hour + local.minute / 60;
  const day = Math.floor(time / DAY);
  const level = 16 + 6 * wave(day, 0) + 3 * wave(day, 1);
  const night = 0.45 * Math.exp(-(((hour - 3) / 2.6) ** 2));
  const noon = 0.25 * Math.exp(-(((hour - 13) / 1.8) ** 2));
  const windy = wave(day, 2) > 0.8 && hour < 5 ? 0.35 : 0;
  const peak = hour >= 16 && hour < 19 ? 12 : 0;
  return Math.round(10 * (level * (1 - night - noon - windy + 0.06 * wave(slot, 3)) + peak)) / 10;
}

/** Between -1 and 1, as if by chance. */
function wave(number: number, kind: number): number {
  return Math.sin(number * (12.9898 + kind) + kind * 78.233) * Math.cos(number * 4.1414 + kind);
}
