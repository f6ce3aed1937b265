import type { Template } from '../device-template.ts';
import { emonpi2, emonth2, tasmota } from './meters.ts';
import { openevse } from './openevse.ts';
import { hpmon, smartplug, wifirelay } from './switched.ts';

/** The templates there are, by the type a device names. A new one is a file here and a word. */
export const TEMPLATES: ReadonlyMap<string, Template> = new Map(
  Object.entries({ smartplug, wifirelay, hpmon, openevse, emonth2, emonPi2: emonpi2, tasmota }),
);
