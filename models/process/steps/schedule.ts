import { ARG, type Process } from '../process.ts';

/** Processes that look at a schedule. */
export const scheduleProcesses: readonly Process[] = [
  {
    key: 'schedule__if_not_schedule_zero',
    name: 'If !schedule, ZERO',
    short: '!sched 0',
    group: 'Schedule',
    description: 'Zero outside a schedule.',
    args: [{ type: ARG.schedule }],
    context: 'both',
  },
  {
    key: 'schedule__if_not_schedule_null',
    name: 'If !schedule, NULL',
    short: '!sched N',
    group: 'Schedule',
    description: 'No value outside a schedule.',
    args: [{ type: ARG.schedule }],
    context: 'both',
  },
  {
    key: 'schedule__if_schedule_zero',
    name: 'If schedule, ZERO',
    short: 'sched 0',
    group: 'Schedule',
    description: 'Zero during a schedule.',
    args: [{ type: ARG.schedule }],
    context: 'both',
  },
  {
    key: 'schedule__if_schedule_null',
    name: 'If schedule, NULL',
    short: 'sched N',
    group: 'Schedule',
    description: 'No value during a schedule.',
    args: [{ type: ARG.schedule }],
    context: 'both',
  },
];
