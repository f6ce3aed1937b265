import type { Driver } from './driver.ts';

const FAMILIES: readonly Driver[] = [];

/** The families of devices that Hearth knows by itself. Plug-ins join them in a copy of their own. */
export const DRIVERS: ReadonlyMap<string, Driver> = new Map(FAMILIES.map((driver) => [driver.family, driver]));
