import { addToDay } from '../day-total.ts';
import { ARG, type Process } from '../process.ts';

export const inputOntime: Process = {
  key: 'process__input_ontime',
  id: 7,
  name: 'Input on-time',
  short: 'ontime',
  group: 'Input',
  description: 'Seconds of each local day during which the value was above zero.',
  args: [{ type: ARG.feed, engines: [2, 0, 8] }],
  context: 'input',
  nochange: true,
  step: (value, feed, turn) => {
    const last = turn.feed(feed);
    const seconds = last ? turn.time - last.time : 0;
    addToDay(turn, feed, value !== null && value > 0 && seconds > 0 && seconds < LONGEST_PAUSE_S ? seconds : 0);
    return value;
  },
};

/** A longer silence says nothing about the state meanwhile. */
const LONGEST_PAUSE_S = 7200;
