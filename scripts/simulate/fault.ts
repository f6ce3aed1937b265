/** What a simulated device may do wrong. */
export const FAULTS = ['none', 'lying', 'slow', 'garbage', 'huge', 'vanish', 'reboot'] as const;
export type Fault = (typeof FAULTS)[number];

/** The fault of that name; throws for any other. */
export function faultNamed(name: string): Fault {
  const fault = FAULTS.find((one) => one === name);
  if (!fault) throw new Error(`--fault is one of ${FAULTS.join(', ')}.`);
  return fault;
}

/** How long a slow device takes: longer than anybody waits for it. */
export const SLOW_MS = 30_000;
/** When a device vanishes or restarts, in seconds, unless another time is told. */
export const FAULT_AFTER = '20';
