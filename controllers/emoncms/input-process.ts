import { HubError } from '../../lib/errors.ts';
import { mayUse } from '../../models/calendar.ts';
import { parseProcessList } from '../../models/process/check-list.ts';
import { ARG } from '../../models/process/process.ts';
import { decodeProcessList, encodeProcessList, type ProcessStep } from '../../models/process/process-list.ts';
import { processByKey } from '../../models/process/registry.ts';
import { intArg } from './arguments.ts';
import { type Action, failure, json, text } from './call.ts';
import { accountOf, type InputActionDeps } from './input-door.ts';

/** `input/process/*` and `input/cleanprocesslistfeeds`: what is done with an input's values. */
export function inputProcessActions({
  inputs,
  feeds,
  calendars,
}: Pick<InputActionDeps, 'inputs' | 'feeds' | 'calendars'>) {
  const get: Action = (call) => {
    const input = inputs.find(intArg(call.query.inputid));
    return json(input?.account === accountOf(call) ? input.processList : false);
  };

  const set: Action = async (call) => {
    const account = accountOf(call);
    const id = intArg(call.query.inputid ?? call.form.inputid);
    if (inputs.find(id)?.account !== account) return json(false);
    const ownsInput = (other: number) => inputs.find(other)?.account === account;
    const ownsFeed = (feed: number) => feeds.find(feed)?.account === account;
    const ownsSchedule = (schedule: number) => mayUse(calendars.find(schedule), account);
    try {
      const list = call.form.processlist ?? call.query.processlist;
      const steps = parseProcessList(list, { context: 'input', ownsInput, ownsFeed, ownsSchedule });
      const changed = await inputs.setProcessList(account, id, steps);
      const message = `Input processlist ${changed ? 'updated' : 'was not updated'}`;
      return json({ success: changed, message, encoded_processlist: encodeProcessList(steps) });
    } catch (error) {
      if (error instanceof HubError && error.code === 'HUB_PROCESS_LIST') return failure(error.sentence);
      throw error;
    }
  };

  /** Takes steps out whose feed is gone. */
  const cleanFeeds: Action = async (call) => {
    const account = accountOf(call);
    const said: string[] = [];
    for (const { id, node, name, processList } of inputs.list(account)) {
      const steps = decodeProcessList(processList);
      const kept = steps.filter((step) => feedsOf(step).every((feed) => feeds.find(feed)?.account === account));
      if (kept.length === steps.length) continue;
      await inputs.setProcessList(account, id, kept);
      said.push(`${node}:${name} ${steps.length - kept.length} removed\n`);
    }
    return text(said.join(''));
  };

  return { get, set, cleanFeeds };
}

function feedsOf(step: ProcessStep): number[] {
  const args = processByKey(step.key)?.args ?? [];
  return args.flatMap(({ type }, at) => (type === ARG.feed ? [intArg(step.args[at])] : []));
}
