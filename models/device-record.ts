/**
 * A node of a household that has a name, a kind and, where it posts by itself, a key of its own. One with a family is read and
 * switched by that family's driver.
 */
export interface Device {
  readonly id: number;
  readonly account: number;
  readonly node: string;
  readonly name: string;
  readonly description: string;
  /** The template it is set up by; empty where it has none. */
  readonly type: string;
  /** 32 hex digits with which it may post readings of its node, or null. */
  readonly key: string | null;
  readonly ip: string;
  /** Its driver's; empty where it only posts. */
  readonly family: string;
  /** MAC or the maker's id, never the IP address; null where the family is empty. */
  readonly identity: string | null;
  readonly address: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly room: string;
  /** Its place in IoToad's words, e.g. `w.r1.c2` or `g3`; empty where it has none. */
  readonly place: string;
  /** A device that is not enabled is neither read nor switched. */
  readonly enabled: boolean;
  /** Seconds between two polls; null: as its family does. */
  readonly interval: number | null;
  /** What the household wants of it; null until somebody has wanted anything. */
  readonly desired: Desired | null;
  /** The template that was applied and its version. */
  readonly template: string | null;
  readonly templateVersion: string | null;
  /** Unix seconds; 0 where it is not known. */
  readonly created: number;
}

/** What the household wants a device to do, and who said so. */
export interface Desired {
  readonly on: boolean;
  readonly by: string;
  readonly why: string;
  /** Unix seconds. */
  readonly at: number;
  /** Unix seconds at which the device first said that it does so; absent until then. */
  readonly reached?: number;
}
