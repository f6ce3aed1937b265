/** A line is drawn over at most this many empty windows: readings that come less often than windows are no gap. */
export const BRIDGE = 3;
