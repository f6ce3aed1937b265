import type { DeviceModel } from '../../models/device.ts';
import type { Input, InputModel } from '../../models/input.ts';

interface CleanDeps {
  readonly devices: Pick<DeviceModel, 'list' | 'remove'>;
  readonly inputs: Pick<InputModel, 'list' | 'remove'>;
}

/**
 * Deletes inputs of devices that nobody set up and that fell silent `active` seconds before the device's newest reading, and
 * devices that have no input left by it. Says what it did, or with `dryRun` what it would do.
 */
export async function cleanDevices(
  { devices, inputs }: CleanDeps,
  account: number,
  active: number,
  dryRun: boolean,
): Promise<string> {
  const lines: string[] = [];
  for (const { id, node } of devices.list(account)) {
    const own = inputs.list(account).filter((input) => input.node === node);
    const silent = own.filter((input) => input.processList === '' && (input.time ?? 0) < newest(own) - active);
    if (silent.length === 0) continue;
    const emptied = silent.length === own.length;
    lines.push(`${node}: ${silent.length} inputs deleted${emptied ? ', device deleted' : ''}`);
    if (dryRun) continue;
    await inputs.remove(
      account,
      silent.map((input) => input.id),
    );
    if (emptied) await devices.remove(id);
  }
  return [...lines, `${lines.length} devices cleaned${dryRun ? ' (dry run)' : ''}`, ''].join('\n');
}

/** The newest reading of an input that is set up, else of any. */
function newest(inputs: readonly Input[]): number {
  const configured = inputs.filter((input) => input.processList !== '');
  const counted = configured.length > 0 ? configured : inputs;
  return Math.max(0, ...counted.map((input) => input.time ?? 0));
}
