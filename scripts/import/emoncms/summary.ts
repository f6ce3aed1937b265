import type { Note } from '../../../models/import/note.ts';
import type { Plan } from '../../../models/import/plan.ts';

/** What came over, or would, and what did not and why, for a person to read. */
export function summary(plan: Plan, dryRun: boolean): string {
  const bytes = plan.files.reduce((sum, file) => sum + file.bytes, 0);
  const counts = [
    count(plan.users.length, 'account'),
    count(plan.inputs.length, 'input'),
    count(plan.feeds.length, 'feed'),
    count(plan.schedules.length, 'schedule'),
    count(plan.devices.length, 'device'),
    `${bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`} of data`,
  ];
  return [
    `${dryRun ? 'Would be taken over' : 'Taken over'}: ${counts.join(', ')}.`,
    ...plan.users.map(({ username }) => `  account ${username}`),
    ...plan.completed.map(({ id }) => `  input ${id}, which was there, got its process list`),
    ...plan.feeds.map(({ id, tag, name }) => `  feed ${id}  ${tag ? `${tag}: ` : ''}${name}`),
    ...section('Not taken over', plan.notes, 'not taken'),
    ...section('Not as it was', plan.notes, 'changed'),
    '',
  ].join('\n');
}

function section(title: string, notes: readonly Note[], kind: Note['kind']): string[] {
  const lines = notes.filter((note) => note.kind === kind).map(({ what, why }) => `  ${what}: ${why}`);
  return lines.length === 0 ? [] : ['', `${title}:`, ...new Set(lines)];
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
