/** Slots in which processes keep what they need next time, beside the feed they write. */
export const REFERENCE = 0;
export const REFERENCE_TIME = 1;
