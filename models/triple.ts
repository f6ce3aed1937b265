/** Lowest, highest and mean value of one stretch of time. */
export type Triple = readonly [min: number, max: number, mean: number];

/** A feed seen through `windows.length` equal windows; null where nothing was recorded. */
export interface FeedWindows {
  /** Unix seconds of the first window's start. */
  readonly start: number;
  readonly end: number;
  /** Seconds one window is long: a whole number of the feed's own intervals. The last window ends at `end` at the latest. */
  readonly step: number;
  readonly windows: readonly (Triple | null)[];
}
