/**
 * The entries as PHP's JSON has them: a list where the keys are 0, 1, 2 … in order, else an object with the keys as names.
 */
export function phpList<In, Out>(entries: ReadonlyMap<number, In>, shape: (entry: In, key: number) => Out) {
  const keys = [...entries.keys()];
  const shaped = [...entries].map(([key, entry]) => shape(entry, key));
  if (keys.every((key, i) => key === i)) return shaped;
  return Object.fromEntries(keys.map((key, i) => [key, shaped[i]!]));
}
