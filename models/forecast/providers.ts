import type { Provider } from './provider.ts';
import { offPeak } from './providers/off-peak.ts';
import { shaper } from './providers/shaper.ts';

/** Every kind of forecast a household may set up a source of, by name. */
export const PROVIDERS: ReadonlyMap<string, Provider> = new Map([offPeak, shaper].map((one) => [one.name, one]));
