/** Whether two sums of the same prices differ by no more than the rounding of the sums. */
export function isTie(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}
