/** Whether an MQTT topic filter matches a topic. */
export function matches(filter: string, topic: string): boolean {
  const outer = filter.split('/');
  const inner = topic.split('/');
  for (const [index, level] of outer.entries()) {
    if (level === '#') return true;
    const word = inner[index];
    if (word === undefined || (level !== '+' && level !== word)) return false;
  }
  return inner.length === outer.length;
}
