/** What pairing bounds, and why the number is what it is. */
export const PAIRING = {
  /** A request waits so long since the device last asked. Legacy firmware asks every 10 s. */
  requestMs: 120_000,
  /**
   * So long the answer to a shown request is kept back for the person's word. EmonESP's HTTP client gives up when it has read
   * nothing for 5 s.
   */
  holdMs: 4000,
  mostHeld: 32,
  /** An allowed device has so long to fetch its login, and so long to fetch it again where the answer got lost. */
  grantMs: 60_000,
  /** So many are shown at once: a person compares one after the other. */
  shown: 3,
  /** Requests that wait, of one address and in all. */
  perAddress: 3,
  inAll: 32,
  /** New requests in a minute, of one address and in all. Asking again about the same one is free. */
  newPerAddress: 10,
  newInAll: 60,
  /** Wrong request ids or proofs in a minute from one address before further ones are refused unread. */
  wrongPerAddress: 20,
  /** A poll of EmonCMS's own page keeps the window open so long. */
  pollMs: 60_000,
  /** Minutes a window may be opened for. */
  mostMinutes: 60,
} as const;
