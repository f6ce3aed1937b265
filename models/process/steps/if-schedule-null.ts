import { ARG, type Process } from '../process.ts';

export const ifScheduleNull: Process = {
  key: 'schedule__if_schedule_null',
  name: 'If schedule, NULL',
  short: 'sched N',
  group: 'Schedule',
  description: 'No value during a schedule.',
  args: [{ type: ARG.schedule }],
  context: 'both',
  step: (value, schedule, turn) => (turn.inSchedule(schedule) ? null : value),
};
