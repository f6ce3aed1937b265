import type { AuditRow } from '../models/audit.ts';
import type { Words } from './page.ts';

/** The newest of what was done to devices and their rights, in the reader's words; `null` entries where they cannot be read. */
export function deviceTrail(entries: readonly AuditRow[] | null, { t, has, moment }: Words) {
  if (entries?.length === 0) return null;
  return {
    note: entries ? t('trail.note', { count: entries.length }) : t('trail.away'),
    rows: (entries ?? []).map(({ at, actor, action, detail }) => {
      const key = `trail.${action.replaceAll(' ', '-')}`;
      return { time: moment(at * 1000), who: nameOf(actor, t), did: has(key) ? t(key) : action, detail };
    }),
  };
}

function nameOf(actor: string, t: Words['t']): string {
  if (actor === 'device') return t('trail.device');
  if (actor === 'somebody') return t('trail.somebody');
  return actor === 'API key' ? t('trail.key') : actor;
}
