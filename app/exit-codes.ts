/** What the hub's exit code says to whoever started it; the two failures use sysexits.h's numbers. */
export const EXIT = {
  ok: 0,
  /** A port that is taken, or something unexpected; the log says what. */
  failed: 1,
  /** Another hub runs on this storage folder (EX_TEMPFAIL): trying again later may help. */
  storageBusy: 75,
  /** A setting is not valid (EX_CONFIG): trying again does not help. */
  badConfig: 78,
} as const;
