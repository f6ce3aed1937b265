import { ARG, type Process } from '../process.ts';

export const ifScheduleZero: Process = {
  key: 'schedule__if_schedule_zero',
  name: 'If schedule, ZERO',
  short: 'sched 0',
  group: 'Schedule',
  description: 'Zero during a schedule.',
  args: [{ type: ARG.schedule }],
  context: 'both',
  step: (value, schedule, turn) => (turn.inSchedule(schedule) ? 0 : value),
};
