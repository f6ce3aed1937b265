/** Which of a feed's files a name stands for. */
export interface FeedFileName {
  readonly feed: number;
  readonly kind: 'meta' | 'data' | 'records';
}

/** What EmonCMS's name for a file in its data folders says; null for any other. */
export function parseFileName(name: string): FeedFileName | null {
  const fixed = /^([1-9]\d{0,9})\.(meta|dat)$/.exec(name);
  if (fixed) return { feed: Number(fixed[1]), kind: fixed[2] === 'meta' ? 'meta' : 'data' };
  const records = /^feed_([1-9]\d{0,9})\.MYD$/.exec(name);
  return records ? { feed: Number(records[1]), kind: 'records' } : null;
}
