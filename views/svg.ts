/** The number to a tenth, which is finer than any screen shows. */
export function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The text as it may stand inside an element or an attribute. */
export function markup(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
