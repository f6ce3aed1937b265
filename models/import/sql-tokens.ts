/** One word of SQL. `name` was quoted as a name, `text` as a string; `word` is a bare word or number; `sign` one character. */
export interface Token {
  readonly kind: 'name' | 'text' | 'word' | 'sign';
  readonly value: string;
}

/**
 * Cuts SQL into tokens, however the text is cut into pieces. Blanks and comments are left out; what stands in a
 * comment that MySQL itself runs (one that begins with an exclamation mark) is not.
 */
export class SqlTokens {
  #rest = '';

  /** The tokens that are complete with this piece. The `last` piece completes whatever is left. */
  *push(piece: string, last = false): Generator<Token> {
    const text = this.#rest + piece;
    let at = 0;
    for (;;) {
      const found = nextToken(text, at, last);
      if (!found) break;
      at = found.end;
      if (found.token) yield found.token;
    }
    this.#rest = text.slice(at);
  }
}

type Found = { readonly end: number; readonly token: Token | null } | null;

/** What begins at `at`, or null where the text ends before it can be told. */
function nextToken(text: string, at: number, last: boolean): Found {
  const first = text[at];
  if (first === undefined) return null;
  // Two characters tell a comment.
  if (at + 2 >= text.length && !last) return null;
  if (isBlank(first)) return { end: at + 1, token: null };
  if (first === "'") return quoted(text, at, last, 'text');
  if (first === '`') return quoted(text, at, last, 'name');
  if (first === '"') return quoted(text, at, last, 'text');
  if (first === '#' || (first === '-' && text[at + 1] === '-' && isBlank(text[at + 2] ?? ' '))) {
    return past(text, at, '\n', last);
  }
  if (first === '/' && text[at + 1] === '*') return comment(text, at, last);
  // The end of a comment that MySQL runs.
  if (first === '*' && text[at + 1] === '/') return { end: at + 2, token: null };
  return word(text, at, last);
}

function comment(text: string, at: number, last: boolean): Found {
  if (text[at + 2] !== '!') return past(text, at + 2, '*/', last);
  let end = at + 3;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end >= text.length && !last ? null : { end, token: null };
}

function past(text: string, at: number, mark: string, last: boolean): Found {
  const found = text.indexOf(mark, at);
  if (found >= 0) return { end: found + mark.length, token: null };
  return last ? { end: text.length, token: null } : null;
}

/** A doubled quote stands for itself; a backslash escapes the next character, though not in names. */
function quoted(text: string, at: number, last: boolean, kind: 'name' | 'text'): Found {
  const quote = text[at]!;
  let value = '';
  let from = at + 1;
  for (let i = from; i < text.length; i += 1) {
    const char = text[i]!;
    if (char === '\\' && kind === 'text') {
      if (i + 1 >= text.length) return null;
      value += text.slice(from, i) + unescaped(text[i + 1]!);
      i += 1;
      from = i + 1;
    } else if (char === quote) {
      if (i + 1 >= text.length && !last) return null;
      value += text.slice(from, i);
      if (text[i + 1] !== quote) return { end: i + 1, token: { kind, value } };
      i += 1;
      from = i;
    }
  }
  // A string that the dump ends in is no string.
  return last ? { end: text.length, token: null } : null;
}

function unescaped(char: string): string {
  switch (char) {
    case '0':
      return '\0';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'Z':
      return '\x1a';
    default:
      return char;
  }
}

function word(text: string, at: number, last: boolean): Found {
  let end = at;
  while (end < text.length && isWord(text.charCodeAt(end))) end += 1;
  // An exponent's sign belongs to its number, as does the sign before it.
  const signed = (text[at] === '-' || text[at] === '+') && isDigit(text.charCodeAt(at + 1));
  if (signed || (end > at && isDigit(text.charCodeAt(at)))) end = numberEnd(text, at);
  if (end === at) return { end: at + 1, token: { kind: 'sign', value: text[at]! } };
  // The sign and first digit of an exponent may be still to come.
  if (end + 2 >= text.length && !last) return null;
  return { end, token: { kind: 'word', value: text.slice(at, end) } };
}

function numberEnd(text: string, at: number): number {
  NUMBER.lastIndex = at;
  return at + (NUMBER.exec(text)?.[0].length ?? 1);
}

const NUMBER = /[+-]?(?:0x[0-9a-f]+|\d[\w.]*(?:(?<=e)[+-]\d+)?)/iy;

function isBlank(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\r' || char === '\t' || char === '\f' || char === '\v';
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters, digits, `_ $ .` and whatever lies beyond ASCII. */
function isWord(code: number): boolean {
  if (code > 127) return true;
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    isDigit(code) ||
    code === 95 ||
    code === 36 ||
    code === 46
  );
}
