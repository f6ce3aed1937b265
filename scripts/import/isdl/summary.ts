import type { Brought } from '../../../models/isdl/bring-in.ts';
import type { IsdlPlan } from '../../../models/isdl/parse.ts';

/** What came over, or would, and what did not and why, for a person to read. */
export function summary({ house, left, notes }: IsdlPlan, brought: readonly Brought[], isDry: boolean): string {
  const lines = brought.map(({ name, outcome, family, note }) => `  ${name}  ${family}  ${note || WORDS[outcome]}`);
  return [
    `${isDry ? 'Would be brought in' : 'Brought in'}: ${brought.length} of ${brought.length + left.length} devices.`,
    ...lines,
    `  A kWh costs ${house.price}.`,
    ...section(
      'Not brought in',
      left.map(({ name, why }) => `${name}: ${why}`),
    ),
    ...section('Worth knowing', notes),
    isDry ? '\nNothing was changed.\n' : '\nStart Hearth again: the devices are on its devices page.\n',
  ].join('\n');
}

const WORDS = { new: 'new', known: 'known already, brought up to date', parked: 'waits' };

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}
