import { HubError } from '../../lib/errors.ts';
import type { Feed, FeedModel } from '../../models/feed.ts';
import type { Input, InputModel } from '../../models/input.ts';
import { parseProcessList } from '../../models/process/check-list.ts';
import { ARG, type ArgType } from '../../models/process/process.ts';
import { decodeProcessList, type ProcessStep } from '../../models/process/process-list.ts';
import { processByKey } from '../../models/process/registry.ts';
import { line } from './form.ts';

export interface AddStepDeps {
  readonly inputs: Pick<InputModel, 'find' | 'setProcessList'>;
  readonly feeds: Pick<FeedModel, 'find' | 'create'>;
}

/** The fields of the form that adds a step; which of them counts depends on the process. */
export const STEP_FIELDS = {
  process: line,
  feed: line,
  'feed-name': line,
  'feed-unit': line,
  'feed-interval': line,
  input: line,
  value: line,
  text: line,
};

export type StepForm = Readonly<Record<keyof typeof STEP_FIELDS, string>>;

/**
 * Adds the step a form describes to the end of the input's list. The feed it names as new is made first, and stays if
 * the list cannot be saved. Throws a HubError for what cannot be a step.
 */
export async function addStep(deps: AddStepDeps, account: number, input: Input, form: StepForm): Promise<void> {
  const process = processByKey(form.process);
  if (!process || process.internalerror) throw new HubError('HUB_PROCESS_LIST');
  const types = process.args.map((arg) => arg.type);
  const wanted = types.includes(ARG.feed) && form.feed === 'new';
  // What can be wrong is found before a feed is made.
  check(
    deps,
    account,
    process.key,
    types.map((type) => (wanted && type === ARG.feed ? '' : argOf(type, form))),
    wanted,
  );
  const feed = wanted ? String(await makeFeed(deps, account, input, form)) : form.feed;
  const step = check(
    deps,
    account,
    process.key,
    types.map((type) => argOf(type, { ...form, feed })),
    false,
  );
  await deps.inputs.setProcessList(account, input.id, [...decodeProcessList(input.processList), step]);
}

function check(deps: AddStepDeps, account: number, fn: string, args: readonly string[], anyFeed: boolean): ProcessStep {
  const own = (thing: { account: number } | undefined) => thing?.account === account;
  const owner = {
    context: 'input',
    ownsInput: (id: number) => own(deps.inputs.find(id)),
    ownsFeed: (id: number) => anyFeed || isRecorded(deps.feeds.find(id), account),
  } as const;
  const [step] = parseProcessList(JSON.stringify([{ fn, args }]), owner);
  if (!step) throw new HubError('HUB_PROCESS_LIST');
  return step;
}

function isRecorded(feed: Feed | undefined, account: number): boolean {
  return feed?.account === account && feed.engine !== 7;
}

function argOf(type: ArgType, form: StepForm): string {
  if (type === ARG.feed) return form.feed;
  if (type === ARG.input) return form.input;
  if (type === ARG.value) return form.value.replace(',', '.');
  return type === ARG.text ? form.text : '0';
}

function makeFeed({ feeds }: AddStepDeps, account: number, input: Input, form: StepForm): Promise<number> {
  const interval = Number(form['feed-interval']) || 10;
  const name = form['feed-name'] || input.name;
  return feeds.create(account, { name, tag: input.node, unit: form['feed-unit'], engine: 5, interval });
}
