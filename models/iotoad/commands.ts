import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { DeviceModel } from '../device.ts';
import type { DeviceStates } from '../device-states.ts';
import { find, type Thing, thingsOf } from './thing.ts';

export interface CommandsDeps {
  devices: Pick<DeviceModel, 'list'>;
  states: Pick<DeviceStates, 'want'>;
  clock: Clock;
}

/** What became of a command: the ids that did, and why the others did not. */
export interface CommandReply {
  readonly data: { readonly successful: readonly string[] };
  readonly error?: Readonly<Record<string, string>>;
}

/** Switches what a target names, all at once, and says of each what became of it. */
export class Commands {
  readonly #deps: CommandsDeps;

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
  }

  async run(account: number, target: string, payload: unknown, by: string): Promise<CommandReply> {
    const on = statusOf(payload);
    if (on === null) return failed({ [target]: 'The status must be 1 or 0.' });
    const { found, unknown } = find(thingsOf(this.#deps.devices.list(account), []), target);
    const errors: Record<string, string> = {};
    for (const id of unknown) errors[id] = 'Nothing has this name.';
    const results = await Promise.all(found.map((thing) => this.#switch(thing, on, by, target)));
    for (const [index, error] of results.entries()) if (error !== null) errors[found[index]?.id ?? ''] = error;
    // of several devices under one id all have to do it
    const successful = [...new Set(found.map(({ id }) => id))].filter((id) => errors[id] === undefined);
    return { data: { successful }, ...(Object.keys(errors).length === 0 ? {} : { error: errors }) };
  }

  /** Null when it did, else why not. What takes longer goes on: the wish is kept. */
  async #switch({ device }: Thing, on: boolean, by: string, target: string): Promise<string | null> {
    if (!device) return 'This device cannot be switched.';
    const { clock, states } = this.#deps;
    let stop: () => void = () => undefined;
    const late = new Promise<string>((resolve) => {
      stop = clock.after(TARGET_MS, () => resolve('The device did not answer in time.'));
    });
    const done = states.want(device.id, on, by, `IoToad ${target}`).then(
      (outcome) => (outcome.done ? null : outcome.message),
      (error: unknown) => (error instanceof HubError ? error.sentence : 'The device could not be switched.'),
    );
    return await Promise.race([done, late]).finally(() => stop());
  }
}

/** How long one device has. */
const TARGET_MS = 5000;

/** Whether a payload says on or off; null where it does not say. It may come as an object or as JSON text. */
export function statusOf(payload: unknown): boolean | null {
  const value = typeof payload === 'string' ? fromJson(payload) : payload;
  if (typeof value !== 'object' || value === null) return null;
  const { status } = value as { status?: unknown };
  if (status === 1 || status === true || status === '1') return true;
  if (status === 0 || status === false || status === '0') return false;
  if (typeof status !== 'string') return null;
  return { ON: true, OFF: false }[status.toUpperCase()] ?? null;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failed(error: Readonly<Record<string, string>>): CommandReply {
  return { data: { successful: [] }, error };
}
