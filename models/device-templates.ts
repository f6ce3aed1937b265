import type { Device, DeviceModel } from './device.ts';
import type { DeviceRecording } from './device-recording.ts';
import type { DeviceSetup, Plan } from './device-setup.ts';
import type { Template } from './device-template.ts';
import { AUTOMATIC, AUTOMATIC_VERSION } from './device-templates/automatic.ts';
import { TEMPLATES } from './device-templates/catalogue.ts';
import { versionOf } from './device-templates/version.ts';

export interface DeviceTemplatesDeps {
  devices: Pick<DeviceModel, 'find' | 'set'>;
  setup: Pick<DeviceSetup, 'plan' | 'setUp'>;
  recording: Pick<DeviceRecording, 'given' | 'renew'>;
  intervalOf: (device: Device) => number;
}

/** One template of a device: what it was given by, and what the template would make of it now. */
export interface TemplateState {
  /** `automatic`, or the type of an EmonCMS template. */
  readonly name: string;
  /** The version that was applied; null where none was. */
  readonly version: string | null;
  readonly current: string;
  /** Whether a later version waits for a person's word. */
  readonly offered: boolean;
  /** Feeds it would make. */
  readonly feeds: readonly string[];
  /** Lists it would make, or, only where a person says so, put in place of others. */
  readonly inputs: readonly { readonly name: string; readonly action: 'set' | 'override' }[];
}

/** The templates that devices were given. A later version changes nothing by itself: a person is offered it. */
export class DeviceTemplates {
  readonly #deps: DeviceTemplatesDeps;

  constructor(deps: DeviceTemplatesDeps) {
    this.#deps = deps;
  }

  of(device: Device): TemplateState[] {
    return this.#all(device).map(({ name, template, version, current }) => {
      const plan = this.#deps.setup.plan(device, template);
      return { name, version, current, offered: version !== null && version !== current, ...changes(plan) };
    });
  }

  /**
   * Gives the device what its templates have now and it lacks. Lists that differ stay, unless `replace`: then they become the
   * templates'.
   */
  async apply(device: Device, { replace }: { readonly replace: boolean }): Promise<void> {
    const { setup, devices, recording } = this.#deps;
    for (const { name, template, current } of this.#all(device)) {
      await setup.setUp(device, template, () => replace);
      const present = devices.find(device.id);
      if (!present) return;
      if (name === AUTOMATIC) await recording.renew(present);
      if (name !== AUTOMATIC || present.template === AUTOMATIC)
        await devices.set(device.id, { template: name, templateVersion: current });
    }
  }

  #all(device: Device): { name: string; template: Template; version: string | null; current: string }[] {
    const given = this.#deps.recording.given(device, this.#deps.intervalOf(device));
    const typed = TEMPLATES.get(device.type);
    const version = device.template === device.type ? device.templateVersion : null;
    return [
      ...(typed ? [{ name: device.type, template: typed, version, current: versionOf(typed) }] : []),
      ...(given ? [{ name: AUTOMATIC, ...given, current: AUTOMATIC_VERSION }] : []),
    ];
  }
}

function changes({ feeds, inputs }: Plan): Pick<TemplateState, 'feeds' | 'inputs'> {
  return {
    feeds: feeds.flatMap(({ name, action }) => (action === 'create' ? [name] : [])),
    inputs: inputs.flatMap(({ name, listAction }) => (listAction === 'none' ? [] : [{ name, action: listAction }])),
  };
}
