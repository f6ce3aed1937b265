import { parseArgs } from 'node:util';
import { HubError } from '../../../lib/errors.ts';

export interface IsdlWish {
  readonly devices: string;
  readonly config: string | null;
  readonly account: string | null;
  readonly dryRun: boolean;
}

export const usage = `Takes the devices of IntelligentSocketDatalogger over into Hearth. Stop Hearth first.

  npm run import-isdl -- --devices devices.json [--config config.json]

  --account NAME   the household of NAME; needed where Hearth has several
  --dry-run        only says what would be taken and what not

It can be run again: devices that did not answer are asked again. docs/devices.md tells more.
`;

/** What the command line asks for; null: to be told what there is. Throws HUB_IMPORT where it makes no sense. */
export function wishOf(args: readonly string[]): IsdlWish | null {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { devices: text, config: text, account: text, 'dry-run': flag, help: flag };
  try {
    const { values } = parseArgs({ args: [...args], options });
    const { devices, config = null, account = null, help } = values;
    if (help || devices === undefined) return null;
    return { devices, config, account, dryRun: values['dry-run'] ?? false };
  } catch (cause) {
    throw new HubError('HUB_IMPORT', { sentence: `${(cause as Error).message}\n\n${usage}` });
  }
}
