import type { Process } from '../../models/process/process.ts';
import { PROCESSES } from '../../models/process/registry.ts';
import { type Action, json } from './call.ts';
import type { EmoncmsAction } from './feed.ts';
import { jsonOnly } from './feed-door.ts';

/** `process/list` and `process/map`: which processes there are. */
export function processActions(): EmoncmsAction[] {
  return [row('process/list', list), row('process/map', () => json(MAP))];
}

/** All processes by key; `context=0` those of inputs, `context=1` those of virtual feeds. */
const list: Action = ({ query }) => {
  const wanted = query.context === '0' ? 'input' : query.context === '1' ? 'virtual' : undefined;
  const fit = PROCESSES.filter(({ context }) => wanted === undefined || context === 'both' || context === wanted);
  return json(Object.fromEntries(fit.map((process) => [process.key, shape(process)])));
};

const MAP = Object.fromEntries(PROCESSES.flatMap(({ id, key }) => (id === undefined ? [] : [[id, key]])));

function row(path: string, to: Action): EmoncmsAction {
  return { path, who: 'read', refusal: json(false), to: jsonOnly(to) };
}

function shape({ key, id, context, step: _, ...shown }: Process) {
  return {
    ...(id === undefined ? {} : { id_num: id }),
    ...shown,
    function: key.slice(key.indexOf('__') + 2),
    input_context: context !== 'virtual',
    virtual_feed_context: context !== 'input',
  };
}
