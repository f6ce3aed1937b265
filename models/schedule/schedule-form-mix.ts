import type { MixPart, Schedule } from './schedule.ts';

/** Parts the editor has room for. */
export const PARTS = 3;
/** What `aim` is where several forecasts are weighed against each other. */
export const MIXED = '*';

/** What it is planned by: the tariff where `aim` is empty, one forecast by its name, or the rows of a mix. */
export function mixOf(
  texts: Readonly<Record<string, string>>,
  wrong: Set<string>,
  before: Schedule['mix'],
): Schedule['mix'] {
  const text = (name: string) => (texts[name] ?? '').trim();
  if (text('aim') === '') return [];
  if (text('aim') !== MIXED) return [{ source: text('aim').slice(0, 64), weight: 1 }];
  const rows = Array.from({ length: PARTS }, (_, at) => at + 1).flatMap((at): MixPart[] => {
    const source = text(`mix${at}`);
    if (source === '') return [];
    const weight = Number((text(`weight${at}`) || '1').replace(',', '.'));
    if (Math.abs(weight) <= 1000) return [{ source: source.slice(0, 64), weight }];
    wrong.add(`weight${at}`);
    return [];
  });
  return [...rows, ...before.slice(PARTS)];
}

/** The fields of a mix, as `mixOf` reads them. */
export function mixTexts(mix: Schedule['mix']): Record<string, string> {
  const [only] = mix;
  if (!only) return { aim: '' };
  if (mix.length === 1 && only.weight === 1) return { aim: only.source };
  const rows = mix.slice(0, PARTS).flatMap(({ source, weight }, at) => [
    [`mix${at + 1}`, source],
    [`weight${at + 1}`, String(weight)],
  ]);
  return { aim: MIXED, ...Object.fromEntries(rows) };
}
