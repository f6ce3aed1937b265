import { ARG, type Process } from '../process.ts';

export const powerToKwhCustom: Process = {
  key: 'process__power_to_kwh_custom',
  id: 71,
  name: 'Power to kWh / custom minutes',
  short: 'kwhslot',
  group: 'Power & Energy',
  description: 'Energy of each slot of so many minutes, from power in watts, stamped with the end of the slot.',
  args: [
    { type: ARG.value, key: 'interval', name: 'Minutes', desc: 'Slot in minutes slot to accumulate', default: '15' },
    { type: ARG.feed, key: 'feed', name: 'Feed', desc: 'Output feed', engines: [2, 0, 8] },
  ],
  context: 'input',
  unit: 'kWh/slot',
  nochange: true,
  step: (value, minutes, turn) => {
    const feed = Number(turn.args[1]);
    const length = Math.max(1, Math.round(minutes * 60));
    const end = slotEnd(turn.time, length);
    const last = turn.feed(feed);
    const seconds = last ? turn.time - last.time : 0;
    const energy = seconds > 0 && seconds <= length ? (seconds * (value ?? 0)) / 3_600_000 : 0;
    const before = last && slotEnd(last.time, length) === end ? (last.value ?? 0) : 0;
    turn.postAt(feed, end, before + energy);
    return value;
  },
};

function slotEnd(time: number, length: number): number {
  return Math.floor(time / length) * length + length;
}
