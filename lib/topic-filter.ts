/** Whether every MQTT topic that `filter` matches is matched by `path` too. A plain topic is a filter that matches itself. */
export function covers(path: string, filter: string): boolean {
  const inner = filter.split('/');
  const outer = path.split('/');
  for (const [index, level] of outer.entries()) {
    if (level === '#') return true;
    const against = inner[index];
    if (against === undefined || against === '#') return false;
    if (level !== '+' && level !== against) return false;
  }
  return inner.length === outer.length;
}
