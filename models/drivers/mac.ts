/** A MAC address as 12 lower-case hex digits, or undefined for what is none. */
export function macOf(text: string): string | undefined {
  const digits = text.replace(/[:-]/g, '').toLowerCase();
  return /^[0-9a-f]{12}$/.test(digits) ? digits : undefined;
}
