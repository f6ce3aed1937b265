import { HubError } from '../../lib/errors.ts';
import type { Device, DeviceFields, DeviceModel } from '../../models/device.ts';
import type { DeviceSetup } from '../../models/device-setup.ts';
import { parseTemplate, type Template } from '../../models/device-template.ts';
import { TEMPLATES } from '../../models/device-templates/catalogue.ts';
import type { InputModel } from '../../models/input.ts';
import { mayWrite } from '../../models/who.ts';
import { intArg, isTruthy, jsonArg } from './arguments.ts';
import { type Action, type Call, empty, failure, json, text } from './call.ts';
import { cleanDevices } from './device-clean.ts';
import type { EmoncmsAction } from './feed.ts';
import { jsonOnly } from './feed-door.ts';
import { accountOf } from './input-door.ts';

export interface DeviceActionDeps {
  readonly devices: DeviceModel;
  readonly setup: DeviceSetup;
  readonly inputs: Pick<InputModel, 'list' | 'remove'>;
}

/** `device/…`: nodes with a name, a kind and a key, and the templates by which they are set up. */
export function deviceActions(deps: DeviceActionDeps): EmoncmsAction[] {
  return [...registry(deps), ...templates(deps)];
}

const NO_DEVICE = failure('Device does not exist');
const NO_TEMPLATE = failure('Device template does not exist');

function registry(deps: DeviceActionDeps): EmoncmsAction[] {
  const { devices, inputs } = deps;
  const one = oneOf(devices);
  const shape = (device: Device, call: Call) => shapeOf(deps, device, call);
  return [
    row('read', 'device/list', (call) => json(devices.list(accountOf(call)).map((device) => shape(device, call)))),
    row(
      'read',
      'device/get',
      one((device, call) => json(shape(device, call))),
    ),
    row('write', 'device/create', refusing(creating(deps))),
    row('write', 'device/autocreate', refusing(autocreating(deps))),
    row(
      'write',
      'device/set',
      refusing(
        one(async (device, { query, form }) => {
          const fields = fieldsOf(jsonArg(form.fields ?? query.fields));
          const changed = Object.keys(fields).length > 0 && (await devices.set(device.id, fields));
          return changed ? json({ success: true, message: 'Field updated' }) : failure('Field could not be updated');
        }),
      ),
    ),
    row(
      'write',
      'device/delete',
      one(async (device) => {
        await devices.remove(device.id);
        return empty();
      }),
    ),
    row('write', 'device/generatekey', () => json(devices.newKey())),
    row(
      'write',
      'device/setnewdevicekey',
      one(async (device) => {
        const key = devices.newKey();
        await devices.set(device.id, { key });
        return json(key);
      }),
    ),
    {
      path: 'device/clean',
      who: 'write',
      refusal: json(false),
      to: async (call) => {
        const { active, dryrun } = call.query;
        return text(await cleanDevices({ devices, inputs }, accountOf(call), intArg(active), isTruthy(dryrun)));
      },
    },
  ];
}

function shapeOf({ inputs }: DeviceActionDeps, device: Device, call: Call) {
  return {
    id: String(device.id),
    userid: String(device.account),
    nodeid: device.node,
    name: device.name,
    description: device.description,
    type: device.type,
    // It lets its holder post, which a reader may not.
    devicekey: call.who && mayWrite(call.who) ? (device.key ?? '') : '',
    time: lastTime(inputs.list(device.account), device.node),
    ip: device.ip,
  };
}

function creating({ devices }: DeviceActionDeps): Action {
  return async (call) => {
    const { nodeid = '', dkey, ...given } = { ...call.query, ...call.form };
    const id = await devices.create(accountOf(call), nodeid, fieldsOf({ ...given, devicekey: dkey }));
    return id === null ? failure('Device already exists, cache reloaded, try reloading the page') : json(id);
  };
}

function autocreating({ devices, setup }: DeviceActionDeps): Action {
  return async (call) => {
    const { nodeid = '', type = '' } = { ...call.query, ...call.form };
    const account = accountOf(call);
    const known = devices.byNode(account, nodeid);
    const name = `${nodeid}:${type}`;
    const id = known?.id ?? (await devices.create(account, nodeid, { name, type }));
    if (known) await devices.set(known.id, { name, type });
    const device = devices.find(id ?? 0);
    const template = TEMPLATES.get(type);
    if (!device || !template) return NO_TEMPLATE;
    await setup.setUp(device, template);
    return json({ success: true, message: 'Device initialized' });
  };
}

function templates({ devices, setup }: DeviceActionDeps): EmoncmsAction[] {
  const one = oneOf(devices);
  const own = (device: Device) => TEMPLATES.get(device.type);
  const sent = (call: Call) => parseTemplate(call.form.template ?? call.query.template);
  const plan = (template: (device: Device, call: Call) => Template | undefined): Action =>
    one((device, call) => {
      const found = template(device, call);
      return found ? json({ success: true, ...setup.plan(device, found) }) : NO_TEMPLATE;
    });
  const setUp = (template: (device: Device, call: Call) => Template | undefined): Action =>
    refusing(
      one(async (device, call) => {
        const found = template(device, call);
        if (!found) return NO_TEMPLATE;
        await setup.setUp(device, found);
        return json({ success: true, message: 'Device initialized' });
      }),
    );
  const short = ({ name, category, group, description, control }: Template) => {
    return { module: 'device', name, category, group, description, control: control !== undefined };
  };
  return [
    row('read', 'device/template/list', () => json(Object.fromEntries(TEMPLATES))),
    row('read', 'device/template/listshort', () =>
      json(Object.fromEntries([...TEMPLATES].map(([type, template]) => [type, short(template)]))),
    ),
    row('read', 'device/template/get', ({ query }) => {
      const template = TEMPLATES.get(query.type ?? query.device ?? '');
      return template ? json(template) : NO_TEMPLATE;
    }),
    row('write', 'device/template/prepare', plan(own)),
    row(
      'write',
      'device/template/prepare_custom',
      plan((_device, call) => sent(call)),
    ),
    row(
      'write',
      'device/init',
      setUp((device, call) => sent(call) ?? own(device)),
    ),
    row(
      'write',
      'device/template/init',
      setUp((device, call) => sent(call) ?? own(device)),
    ),
    row(
      'write',
      'device/template/init_custom',
      setUp((_device, call) => sent(call)),
    ),
    row(
      'write',
      'device/template/generate',
      one((device) => json(setup.describe(device))),
    ),
  ];
}

/** An action on the device that `id` names, of the caller's household. */
function oneOf(devices: DeviceModel) {
  return (action: (device: Device, call: Call) => ReturnType<Action>): Action =>
    (call) => {
      const device = devices.find(intArg(call.query.id ?? call.form.id));
      return device?.account === accountOf(call) ? action(device, call) : NO_DEVICE;
    };
}

/** What the models refuse is said as EmonCMS says no. */
function refusing(action: Action): Action {
  return async (call) => {
    try {
      return await action(call);
    } catch (error) {
      if (error instanceof HubError && error.status < 500) return failure(error.sentence);
      throw error;
    }
  };
}

function row(who: EmoncmsAction['who'], path: string, to: Action): EmoncmsAction {
  return { path, who, refusal: json(false), to: jsonOnly(to) };
}

const FIELDS = { name: 'name', description: 'description', type: 'type', nodeid: 'node', ip: 'ip' } as const;

function fieldsOf(given: unknown): DeviceFields {
  if (typeof given !== 'object' || given === null) return {};
  const record = given as Readonly<Record<string, unknown>>;
  const fields: { -readonly [K in keyof DeviceFields]: DeviceFields[K] } = {};
  for (const [theirs, ours] of Object.entries(FIELDS)) {
    const value = record[theirs];
    if (typeof value === 'string' || typeof value === 'number') fields[ours] = String(value).trim();
  }
  if (typeof record.devicekey === 'string') fields.key = record.devicekey === '' ? null : record.devicekey;
  return fields;
}

function lastTime(inputs: readonly { node: string; time: number | null }[], node: string): number | null {
  const times = inputs.flatMap((input) => (input.node === node && input.time !== null ? [input.time] : []));
  return times.length === 0 ? null : Math.max(...times);
}
