/** What one processing step wants done. Steps only describe; models/feed.ts and the publisher act. */
export type Effect =
  /** A point for the feed, which also becomes its newest reading. `join`: skipped slots are filled by a straight line. */
  | {
      readonly kind: 'post';
      readonly feed: number;
      readonly time: number;
      readonly value: number;
      readonly join?: boolean;
    }
  /** The feed's newest reading where it is not the point posted, as of a daily total stamped with its midnight. */
  | { readonly kind: 'last'; readonly feed: number; readonly time: number; readonly value: number | null }
  /** A number the process needs next time; kept in the series journal with the points it belongs to. */
  | { readonly kind: 'state'; readonly feed: number; readonly slot: number; readonly value: number }
  /** A value for anyone who listens on the broker. */
  | { readonly kind: 'publish'; readonly topic: string; readonly value: number | null }
  /** What the step at this place of its list wants to know next time, as long as the hub runs. */
  | { readonly kind: 'note'; readonly step: number; readonly value: number }
  /** A letter to the household's owner. */
  | { readonly kind: 'mail'; readonly step: number; readonly text: string; readonly value: number | null };
