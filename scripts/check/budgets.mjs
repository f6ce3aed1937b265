import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Most bytes of gzip that a page's own script may bring with all it imports at once, by the script's name. */
const BUDGETS = { 'live.js': 15_000, 'editor.js': 45_000, 'graph.js': 50_000, 'schedule.js': 30_000 };
const OTHERS = 15_000;

/** Scripts that are heavier than their page may be. */
export function budgetProblems(root) {
  const folder = join(root, 'public/build');
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  return Object.entries(manifest).flatMap(([name, hashed]) => {
    if (!name.endsWith('.js')) return [];
    const most = BUDGETS[name] ?? OTHERS;
    const bytes = weigh(folder, hashed, new Set());
    return bytes > most ? [`${name} weighs ${bytes} bytes in gzip; ${most} is the most.`] : [];
  });
}

/** The file and, once each, what it and they import in words; what is fetched later by import() does not count. */
function weigh(folder, name, seen) {
  if (seen.has(name) || !existsSync(join(folder, name))) return 0;
  seen.add(name);
  const text = readFileSync(join(folder, name), 'utf8');
  const imported = [...text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)].map((match) => match[1]);
  const own = readFileSync(join(folder, `${name}.gz`)).length;
  return imported.reduce((sum, next) => sum + weigh(folder, next, seen), own);
}
