import type { Need } from '../models/schedule/schedule.ts';
import { span } from './plan-why.ts';
import type { PreviewWords } from './previewed.ts';

/** "5 h", "12 kWh", "up to 80%". */
export function needWords(need: Need, words: Pick<PreviewWords, 't' | 'number'>): string {
  if (need.kind === 'time') return span(need.seconds);
  if (need.kind === 'energy') return `${words.number(need.wh / 1000, need.wh % 1000 === 0 ? 0 : 1)} kWh`;
  return words.t('schedule.need.upto', { level: `${words.number(need.target * 100)}%` });
}
