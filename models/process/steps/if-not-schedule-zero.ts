import { ARG, type Process } from '../process.ts';

export const ifNotScheduleZero: Process = {
  key: 'schedule__if_not_schedule_zero',
  name: 'If !schedule, ZERO',
  short: '!sched 0',
  group: 'Schedule',
  description: 'Zero outside a schedule.',
  args: [{ type: ARG.schedule }],
  context: 'both',
  step: (value, schedule, turn) => (turn.inSchedule(schedule) ? value : 0),
};
