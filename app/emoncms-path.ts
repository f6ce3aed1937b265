/** One EmonCMS address taken apart: `/emoncms/feed/data.json/` is words ["feed", "data"], format "json". */
export interface EmoncmsPath {
  readonly words: readonly string[];
  /** The extension in lower case, or "html" where there is none. */
  readonly format: string;
}

/**
 * Reads a URL path as EmonCMS does: odd characters are dropped, slashes at the ends and doubled ones ignored, `/emoncms` in
 * front is taken off, and what follows the last dot of the last word is the format.
 */
export function emoncmsPath(path: string): EmoncmsPath {
  const words = path
    .replace(/[^A-Za-z0-9./_-]/g, '')
    .split('/')
    .filter((word) => word !== '');
  if (words[0] === 'emoncms') words.shift();
  const last = words.at(-1) ?? '';
  const dot = last.lastIndexOf('.');
  if (dot < 0) return { words, format: 'html' };
  return { words: [...words.slice(0, -1), last.slice(0, dot)], format: last.slice(dot + 1).toLowerCase() };
}
