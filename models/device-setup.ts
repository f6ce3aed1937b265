import type { HubError } from '../lib/errors.ts';
import type { Device } from './device.ts';
import { ARGUMENT_TYPES, ENGINES, type Template, type TemplateFeed, type TemplateStep } from './device-template.ts';
import type { FeedModel } from './feed.ts';
import type { Input, InputModel } from './input.ts';
import { cleanInput, cleanNode } from './input-names.ts';
import { parseProcessList } from './process/check-list.ts';
import { ARG } from './process/process.ts';
import { decodeProcessList, encodeProcessList, type ProcessStep } from './process/process-list.ts';
import { processByKey, processByStoredName } from './process/registry.ts';

export interface PlannedFeed {
  readonly name: string;
  readonly tag: string;
  readonly engine: 5 | 2 | 7;
  readonly interval: number;
  readonly unit: string;
  /** -1 where it is to be made. */
  readonly id: number;
  readonly action: 'create' | 'none';
}

export interface PlannedInput {
  readonly node: string;
  readonly name: string;
  readonly description: string;
  readonly id: number;
  readonly action: 'create' | 'none';
  /** The list it would have; null where the template's cannot be understood. */
  readonly list: readonly ProcessStep[] | null;
  /** `override`: it has another list, which setting up leaves as it is. */
  readonly listAction: 'set' | 'override' | 'none';
}

export interface Plan {
  readonly feeds: readonly PlannedFeed[];
  readonly inputs: readonly PlannedInput[];
}

export interface DeviceSetupDeps {
  inputs: Pick<InputModel, 'byName' | 'create' | 'find' | 'list' | 'set' | 'setProcessList'>;
  feeds: Pick<FeedModel, 'byName' | 'create' | 'find'>;
}

/** Gives devices the inputs, feeds and process lists of their templates. */
export class DeviceSetup {
  readonly #deps: DeviceSetupDeps;

  constructor(deps: DeviceSetupDeps) {
    this.#deps = deps;
  }

  /** What setting the device up would make and change. */
  plan(device: Device, template: Template): Plan {
    const prefix = prefixOf(device, template);
    const feeds = template.feeds.map((feed) => this.#planFeed(device, prefix, feed));
    const feedIds = new Map(template.feeds.map(({ name }, i) => [name, feeds[i]?.id ?? -1]));
    const inputs = template.inputs.map(({ node = device.node, name, description = '', processList }) => {
      const place = { node: cleanNode(node), name: cleanInput(prefix + name) };
      const input = this.#deps.inputs.byName(device.account, place.node, place.name);
      const inputId = (other: string) => this.#deps.inputs.byName(device.account, place.node, prefix + other)?.id;
      const list = stepsOf(processList, (feed) => feedIds.get(feed), inputId);
      const listAction = listActionOf(list, input);
      return { ...place, description, id: input?.id ?? -1, action: madeOrNot(input), list, listAction } as const;
    });
    return { feeds, inputs };
  }

  /**
   * Makes what is missing: feeds, inputs, then the lists of inputs that have none. A list a person has made stays unless
   * `mayReplace` says otherwise. What a crash cuts short the next call completes.
   */
  async setUp(
    device: Device,
    template: Template,
    mayReplace: (input: PlannedInput) => boolean = () => false,
  ): Promise<void> {
    const { account } = device;
    for (const { action, id: _, ...feed } of this.plan(device, template).feeds) {
      if (action === 'create') await this.#deps.feeds.create(account, feed);
    }
    const missing = this.plan(device, template).inputs.filter(({ action }) => action === 'create');
    await this.#deps.inputs.create(account, missing);
    for (const planned of this.plan(device, template).inputs) {
      const { node, name, description, list, listAction } = planned;
      const input = this.#deps.inputs.byName(account, node, name);
      if (!input) continue;
      if (input.description === '' && description !== '')
        await this.#deps.inputs.set(account, input.id, { description });
      const isWanted = listAction === 'set' || (listAction === 'override' && mayReplace(planned));
      if (isWanted && list && this.#fits(account, list)) {
        await this.#deps.inputs.setProcessList(account, input.id, list);
      }
    }
  }

  /** A template of what a node has now. */
  describe(device: Device): Template {
    const { feeds, inputs } = this.#deps;
    const own = inputs.list(device.account).filter(({ node }) => node === device.node);
    const feedIds = own.flatMap(({ processList }) => decodeProcessList(processList).flatMap((step) => feedsOf(step)));
    const used = [...new Set(feedIds)].flatMap((id) => feeds.find(id) ?? []);
    const steps = (list: string): TemplateStep[] =>
      decodeProcessList(list).map(({ key, args }) => ({
        process: key,
        arguments: args.map((value, i) => this.#argument(key, i, value)),
      }));
    return {
      name: device.name,
      category: 'Custom',
      group: 'Custom',
      description: device.description,
      inputs: own.map(({ name, description, processList }) => ({ name, description, processList: steps(processList) })),
      feeds: used.map(({ name, tag, engine, interval, unit, processList }) => ({
        name,
        ...(tag === null || tag === device.node ? {} : { tag }),
        engine: Object.keys(ENGINES).find((word) => ENGINES[word] === engine) ?? '',
        interval: String(interval),
        unit,
        processList: steps(processList),
      })),
    };
  }

  #planFeed(device: Device, prefix: string, { name, tag = device.node, engine, interval, unit = '' }: TemplateFeed) {
    const full = prefix + name;
    const feed = this.#deps.feeds.byName(device.account, tag, full);
    const kind = ENGINES[engine] ?? 5;
    const wish = { name: full, tag, engine: kind, interval: Math.trunc(Number(interval ?? 10)) || 10, unit };
    return { ...wish, id: feed?.id ?? -1, action: madeOrNot(feed) } as const;
  }

  #argument(key: string, index: number, value: string) {
    const type = processByKey(key)?.args[index]?.type ?? ARG.none;
    const named =
      type === ARG.feed
        ? this.#deps.feeds.find(Number(value))?.name
        : type === ARG.input
          ? this.#deps.inputs.find(Number(value))?.name
          : undefined;
    const word = Object.keys(ARGUMENT_TYPES).find((name) => ARGUMENT_TYPES[name] === type) ?? 'ProcessArg::NONE';
    return { type: word, value: named ?? value };
  }

  #fits(account: number, list: readonly ProcessStep[]): boolean {
    const text = JSON.stringify(list.map(({ key, args }) => ({ fn: key, args })));
    try {
      parseProcessList(text, {
        context: 'input',
        ownsInput: (id) => this.#deps.inputs.find(id)?.account === account,
        ownsFeed: (id) => this.#deps.feeds.find(id)?.account === account && this.#deps.feeds.find(id)?.engine !== 7,
      });
      return true;
    } catch (error) {
      if ((error as HubError).code === 'HUB_PROCESS_LIST') return false;
      throw error;
    }
  }
}

function prefixOf({ node, name }: Device, { prefix }: Template): string {
  if (prefix === undefined) return '';
  return `${(prefix === 'node' ? node : name).toLowerCase()}_`;
}

function madeOrNot(thing: object | undefined): 'create' | 'none' {
  return thing ? 'none' : 'create';
}

function listActionOf(list: readonly ProcessStep[] | null, input: Input | undefined): PlannedInput['listAction'] {
  const [now, then] = [input?.processList ?? '', list ? encodeProcessList(list) : ''];
  if (then === '' || then === now) return 'none';
  return now === '' ? 'set' : 'override';
}

type Lookup = (name: string) => number | undefined;

/** A template's steps with ids in place of names; null where one does not fit its process. */
function stepsOf(steps: readonly TemplateStep[], feed: Lookup, input: Lookup): ProcessStep[] | null {
  const list: ProcessStep[] = [];
  for (const { process: named, arguments: given = [] } of steps) {
    const process = processByKey(`process__${named}`) ?? processByStoredName(String(named));
    const args = Array.isArray(given) ? given : [given];
    const types = process?.args.map(({ type }) => type) ?? [];
    const padded =
      types.length === 1 && types[0] === ARG.none && args.length === 0 ? [{ type: 'ProcessArg::NONE' }] : args;
    if (!process || padded.length !== types.length) return null;
    if (!padded.every(({ type }, i) => ARGUMENT_TYPES[type] === types[i])) return null;
    list.push({
      key: process.key,
      args: padded.map(({ value = 0 }, i) => {
        const lookup = types[i] === ARG.feed ? feed : types[i] === ARG.input ? input : undefined;
        return String(lookup?.(String(value)) ?? value);
      }),
    });
  }
  return list;
}

function feedsOf({ key, args }: ProcessStep): number[] {
  return args.filter((_, i) => processByKey(key)?.args[i]?.type === ARG.feed).map(Number);
}
