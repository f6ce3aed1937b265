const known = new Map<string, string>();
const weak = new Map<string, string>();

/** A colour or font token's value as the page has it: asked for once, because asking makes the browser style the page. */
export function ink(token: string): string {
  let value = known.get(token);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(token).trim();
    known.set(token, value);
  }
  return value;
}

/** Light, dark or forced colours have changed: tokens are asked for again. */
export function forgetInk(): void {
  known.clear();
  weak.clear();
}

/** The colour at a third of its strength; a canvas tells any CSS colour as #rrggbb. */
export function faded(colour: string): string {
  let value = weak.get(colour);
  if (value === undefined) {
    const pen = document.createElement('canvas').getContext('2d');
    if (!pen) return colour;
    pen.fillStyle = colour;
    value = `${pen.fillStyle}52`;
    weak.set(colour, value);
  }
  return value;
}
