/**
 * JSON text as PHP's `json_encode` prints it: `/` as `\/` and every character beyond ASCII as `\uXXXX`, so that clients
 * which compare bytes see what they always saw. Numbers print in their shortest round-trip form, below 0.0001 and from 1e17
 * on with an exponent (`1.0e-5`); NaN and infinities as null.
 */
export function phpJson(value: unknown): string {
  const plain = JSON.stringify(value) ?? 'null';
  const text = FAR_NUMBER.test(plain) ? plain.replace(TEXT_OR_NUMBER, exponent) : plain;
  return PLAIN.test(text) ? text : text.replace(/\//g, '\\/').replace(/[^\x20-\x7e]/g, escapeUnit);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: anything outside printable ASCII is to be escaped
const PLAIN = /^[^/\x00-\x1f\x7f-\uffff]*$/;

/** What a number that PHP writes with an exponent may look like in JavaScript's JSON. */
const FAR_NUMBER = /(?<!\d)0\.0000|(?<![.\d])\d{18}|\de[+-]/;
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:e[+-]\d+)?/g;

function exponent(token: string): string {
  const size = token.startsWith('"') ? 0 : Math.abs(Number(token));
  if (size === 0 || (size >= 1e-4 && size < 1e17)) return token;
  return Number(token)
    .toExponential()
    .replace(/^(-?\d)e/, '$1.0e');
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
