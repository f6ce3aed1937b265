/** What the broker bounds, and why the number is what it is. */
export const LIMITS = {
  /** Bytes of one packet. A bulk of readings is tens of kilobytes. */
  packetBytes: 256 * 1024,
  /** Bytes of the CONNECT packet, will included: all that is read from a stranger. */
  connectBytes: 16 * 1024,
  /** Time a stranger has to say who he is. */
  connectMs: 10_000,
  /** Connections that have not logged in yet: a village's meters may all come back at once, one address must not take all. */
  strangers: 2048,
  strangersPerAddress: 1024,
  /** In all: ten thousand meters of a village and what else looks in. Each takes about 20 kB. */
  connections: 12_288,
  connectionsPerAccount: 1024,
  /** Households in use at once; each has a connection to Redis. */
  households: 2000,
  /** After so long without a client a household's broker is closed. */
  idleMs: 600_000,
  /** MQTT 3.1.1 asks for 23 at least; tools add a UUID to a name. */
  clientIdLength: 128,
  /** What is put in front of a device's client id. */
  loginPrefixLength: 32,
  topicLevels: 16,
  topicLength: 512,
  /** Per client and second. Above it a client is slowed down by not reading on, nothing is dropped. */
  messagesPerSecond: 100_000,
  /** Subscriptions one client may hold. */
  subscriptionsPerClient: 500,
  /** Messages kept for a session that is away; later ones are dropped. */
  queuedPerSession: 10_000,
  /** How long a message waits for a session that is away. */
  queuedSeconds: 14 * 24 * 3600,
  /** What may wait for a client that does not keep up: above the first, messages of QoS 0 pass it by; above the second it is let go. */
  waitingBytesOfQos0: 256 * 1024,
  waitingBytes: 1024 * 1024,
  /** A client who takes nothing at all for so long is let go. */
  drainMs: 5000,
  /** Failed logins in 15 minutes before further ones are refused unread. */
  failuresPerName: 20,
  failuresPerAddress: 60,
  failureSeconds: 900,
} as const;
