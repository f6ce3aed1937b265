import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Words that one language lacks, and keys that a page asks for and no language has. */
export async function localeProblems(root, files) {
  const { loadLocales } = await import(pathToFileURL(join(root, 'build/views/locale.js')).href);
  let locales;
  try {
    locales = loadLocales(join(root, 'views/locales'));
  } catch (error) {
    return [error.message];
  }
  return keyProblems(new Set(locales.en.keys()), files);
}

/** Of keys put together at run time the fixed beginning must lead somewhere. */
export function keyProblems(keys, files) {
  const stems = new Set([...keys].map((key) => key.replace(/\.(zero|one|two|few|many|other)$/, '')));
  const exists = (key) => keys.has(key) || stems.has(key);
  const begins = (start) => [...keys].some((key) => key.startsWith(start));
  return [...files].flatMap(([file, text]) => {
    if (!/^(views|controllers\/pages)\//.test(file) || file.endsWith('.test.ts')) return [];
    return asked(text)
      .filter(({ key, whole }) => !(whole ? exists(key) : begins(key)))
      .map(({ key }) => `${file} asks for the words "${key}", which no language has.`);
  });
}

/** Calls such as t('a.b'), t('a.' + x), t(`a.${x}`) and t(x ? 'a' : 'b'). */
function asked(text) {
  return [...text.matchAll(/\bt\(\s*(['"`])([\w-]+(?:\.[\w-]*)*)(\$\{|\1(\s*\+)?)/g)].map((match) => ({
    key: match[2],
    whole: match[3] !== '${' && match[4] === undefined,
  }));
}
