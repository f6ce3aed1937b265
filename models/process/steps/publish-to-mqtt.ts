import { ARG, type Process } from '../process.ts';

export const publishToMqtt: Process = {
  key: 'process__publish_to_mqtt',
  id: 35,
  name: 'Publish to MQTT via Redis',
  short: 'mqtt',
  group: 'Misc',
  description: 'Publishes the value on the broker under a topic.',
  args: [{ type: ARG.text }],
  context: 'input',
  nochange: true,
  requireredis: true,
  step: (value, _arg, turn) => {
    turn.publish(turn.args[0] ?? '', value);
    return value;
  },
};
