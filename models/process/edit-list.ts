/** The list with its element at `from` moved to `to`; the same list when either place does not exist. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  if (!isPlace(list, from) || !isPlace(list, to)) return next;
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/** The list without its element at `at`; the same list when there is none. */
export function without<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, i) => i !== at);
}

/** What one button of the editor asks for, places counted from 1: "up 2", "down 1", "remove 3", "move 4 1". */
export function edited<T>(list: readonly T[], wish: string): T[] | null {
  const [verb, first, second] = wish.split(' ');
  const at = Number(first) - 1;
  if (!isPlace(list, at)) return null;
  if (verb === 'up') return moved(list, at, at - 1);
  if (verb === 'down') return moved(list, at, at + 1);
  if (verb === 'remove') return without(list, at);
  if (verb === 'move' && isPlace(list, Number(second) - 1)) return moved(list, at, Number(second) - 1);
  return null;
}

function isPlace(list: readonly unknown[], at: number): boolean {
  return Number.isInteger(at) && at >= 0 && at < list.length;
}
