/**
 * How a feed's numbers are read: `power` in W adds up to energy, `energy` in kWh (or Wh) is a counter whose difference
 * counts, anything else is a plain measurement.
 */
export type FeedKind = 'power' | 'energy' | 'other';

export interface Reading {
  readonly kind: FeedKind;
  /** The unit shown: kW for power, kWh for energy, else the feed's own. */
  readonly unit: string;
  /** Stored value × scale = shown value. */
  readonly scale: number;
}

/** What a feed with this unit measures and how it is shown. */
export function readingOf(unit: string): Reading {
  switch (unit.trim()) {
    case 'W':
    case 'VA':
      return { kind: 'power', unit: unit.trim() === 'W' ? 'kW' : 'kVA', scale: 0.001 };
    case 'kW':
      return { kind: 'power', unit: 'kW', scale: 1 };
    case 'Wh':
      return { kind: 'energy', unit: 'kWh', scale: 0.001 };
    case 'kWh':
      return { kind: 'energy', unit: 'kWh', scale: 1 };
    default:
      return { kind: 'other', unit: unit.trim(), scale: 1 };
  }
}
