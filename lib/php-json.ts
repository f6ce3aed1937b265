/**
 * JSON text as PHP's `json_encode` prints it: `/` as `\/` and every character beyond ASCII as `\uXXXX`, so that clients
 * which compare bytes see what they always saw. Numbers print in their shortest round-trip form; NaN and infinities as null.
 */
export function phpJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return PLAIN.test(text) ? text : text.replace(/\//g, '\\/').replace(/[^\x20-\x7e]/g, escapeUnit);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: anything outside printable ASCII is to be escaped
const PLAIN = /^[^/\x00-\x1f\x7f-\uffff]*$/;

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
