import { ARG, type Process } from '../process.ts';

export const minValueAllowed: Process = {
  key: 'process__min_value_allowed',
  id: 62,
  name: 'Min value allowed',
  short: '>min',
  group: 'Limits',
  description: 'Limits the value to at least a number.',
  args: [{ type: ARG.value }],
  context: 'both',
  nochange: false,
  requireredis: false,
  step: (value, limit) => (value === null ? null : Math.max(value, limit)),
};
