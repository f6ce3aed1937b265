import { ARG, type Process } from '../process.ts';

export const ifNotScheduleNull: Process = {
  key: 'schedule__if_not_schedule_null',
  name: 'If !schedule, NULL',
  short: '!sched N',
  group: 'Schedule',
  description: 'No value outside a schedule.',
  args: [{ type: ARG.schedule }],
  context: 'both',
  step: (value, schedule, turn) => (turn.inSchedule(schedule) ? value : null),
};
