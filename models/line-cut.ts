export interface Cut {
  readonly parts: string[];
  /** Whether a text begins that does not end. */
  readonly isOpen: boolean;
}

/** The parts of line protocol between separators that stand neither behind a backslash nor within quotes. */
export function cutAt(text: string, separator: ' ' | ',' | '=' | '\n'): Cut {
  const parts: string[] = [];
  let from = 0;
  let isOpen = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '"' && (isOpen || text[at - 1] === '=')) isOpen = !isOpen;
    else if (character === separator && !isOpen) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return { parts: [...parts, text.slice(from)], isOpen };
}
