/** What the figures of a forecast mean; a mix turns all of them into the unit of its first part. */
export type ForecastUnit =
  /** The household's currency, main unit, a kWh. */
  | 'price'
  /** g CO2 a kWh. */
  | 'carbon'
  /** Mean kW of the interval. */
  | 'power'
  /** The provider's own scale. */
  | 'index';

/** Figures for a stretch of time, from one source or mixed from several. */
export interface Forecast {
  readonly name: string;
  readonly unit: ForecastUnit;
  /** `max`: more is better, such as sunshine. */
  readonly optimise: 'min' | 'max';
  /** Unix seconds at which the first figure begins. */
  readonly start: number;
  /** Seconds each figure holds. */
  readonly interval: number;
  /** null: not known. */
  readonly profile: readonly (number | null)[];
  /** Where the profile says nothing: what is usual at that time of day; absent where nothing is. Plans count by it, bills never. */
  readonly expected?: readonly (number | null)[];
  readonly provenance: Provenance;
}

export interface Provenance {
  /** Who says so, for people. */
  readonly source: string;
  /** Unix seconds; null where it is computed here. */
  readonly fetched: number | null;
  /** Nothing newer came when it should have. */
  readonly stale: boolean;
  /** Why, where the last fetch failed. */
  readonly fault: string | null;
}
