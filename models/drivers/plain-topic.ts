/**
 * Whether it can be the beginning of one device's own topics: no wildcard, no empty level, nothing of the broker's, and nothing
 * that belongs to all. What a device says its topics are decides what it may later say there.
 */
export function isPlainTopic(topic: string): boolean {
  const [first = ''] = topic.split('/');
  return topic.length <= 200 && PLAIN.test(topic) && !RESERVED.has(first.toLowerCase()) && topic !== 'shellies';
}

/** The text as JSON, or undefined where it is none. */
export function jsonOf(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}

const PLAIN = /^[^+#\s/$][^+#\s/]*(\/[^+#\s/$][^+#\s/]*)*$/u;
const RESERVED = new Set(
  'emon tasmota homeassistant hearth openevse zigbee2mqtt command query data responses alert user'.split(' '),
);
