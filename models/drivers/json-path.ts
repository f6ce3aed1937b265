/** What stands in a document at `a.b[0].c`; undefined where nothing does. Only the document's own fields are looked at. */
export function valueAt(document: unknown, path: string): unknown {
  let value = document;
  for (const word of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, word)) return undefined;
    value = (value as Record<string, unknown>)[word];
  }
  return value;
}

/** The JSON a device sent, or undefined where it is none. */
export function jsonOf(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
