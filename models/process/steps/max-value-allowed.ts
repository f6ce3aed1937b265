import { ARG, type Process } from '../process.ts';

export const maxValueAllowed: Process = {
  key: 'process__max_value_allowed',
  id: 61,
  name: 'Max value allowed',
  short: '<max',
  group: 'Limits',
  description: 'Limits the value to at most a number.',
  args: [{ type: ARG.value }],
  context: 'both',
  nochange: false,
  requireredis: false,
  step: (value, limit) => (value === null ? null : Math.min(value, limit)),
};
