import type { Provider } from './provider.ts';
import { carbonIntensity } from './providers/carbon-intensity.ts';
import { energyLocal } from './providers/energy-local.ts';
import { nordPool } from './providers/nord-pool.ts';
import { octopusAgile } from './providers/octopus-agile.ts';
import { offPeak } from './providers/off-peak.ts';
import { ownUrl, upload } from './providers/own.ts';
import { shaper } from './providers/shaper.ts';
import { solcast } from './providers/solcast.ts';

/** Every kind of forecast a household may set up a source of, by name. */
export const PROVIDERS: ReadonlyMap<string, Provider> = new Map(
  [octopusAgile, carbonIntensity, energyLocal, nordPool, solcast, offPeak, shaper, ownUrl, upload].map((one) => [
    one.name,
    one,
  ]),
);
