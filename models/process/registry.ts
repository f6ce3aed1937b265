import type { Process } from './process.ts';
import { absValue } from './steps/abs-value.ts';
import { accumulator } from './steps/accumulator.ts';
import { addFeed } from './steps/add-feed.ts';
import { addInput } from './steps/add-input.ts';
import { addSourceFeed } from './steps/add-source-feed.ts';
import { allownegative } from './steps/allownegative.ts';
import { allowpositive } from './steps/allowpositive.ts';
import { deletedProcesses } from './steps/deleted.ts';
import { divideByFeed } from './steps/divide-by-feed.ts';
import { divideBySourceFeed } from './steps/divide-by-source-feed.ts';
import { divideInput } from './steps/divide-input.ts';
import { errorFound } from './steps/error-found.ts';
import { gotoProcess } from './steps/goto-process.ts';
import { ifEqualSkip } from './steps/if-equal-skip.ts';
import { ifGtEqualSkip } from './steps/if-gt-equal-skip.ts';
import { ifGtSkip } from './steps/if-gt-skip.ts';
import { ifLtEqualSkip } from './steps/if-lt-equal-skip.ts';
import { ifLtSkip } from './steps/if-lt-skip.ts';
import { ifMuteSkip } from './steps/if-mute-skip.ts';
import { ifNotEqualSkip } from './steps/if-not-equal-skip.ts';
import { ifNotMuteSkip } from './steps/if-not-mute-skip.ts';
import { ifNotNullSkip } from './steps/if-not-null-skip.ts';
import { ifNotScheduleNull } from './steps/if-not-schedule-null.ts';
import { ifNotScheduleZero } from './steps/if-not-schedule-zero.ts';
import { ifNotZeroSkip } from './steps/if-not-zero-skip.ts';
import { ifNullSkip } from './steps/if-null-skip.ts';
import { ifRateGtEqualSkip } from './steps/if-rate-gt-equal-skip.ts';
import { ifRateLtSkip } from './steps/if-rate-lt-skip.ts';
import { ifScheduleNull } from './steps/if-schedule-null.ts';
import { ifScheduleZero } from './steps/if-schedule-zero.ts';
import { ifZeroSkip } from './steps/if-zero-skip.ts';
import { inputOntime } from './steps/input-ontime.ts';
import { kwhAccumulator } from './steps/kwh-accumulator.ts';
import { kwhToKwhd } from './steps/kwh-to-kwhd.ts';
import { kwhToPower } from './steps/kwh-to-power.ts';
import { logToFeed } from './steps/log-to-feed.ts';
import { logToFeedJoin } from './steps/log-to-feed-join.ts';
import { maxFeed } from './steps/max-feed.ts';
import { maxInput } from './steps/max-input.ts';
import { maxValue } from './steps/max-value.ts';
import { maxValueAllowed } from './steps/max-value-allowed.ts';
import { minFeed } from './steps/min-feed.ts';
import { minInput } from './steps/min-input.ts';
import { minValue } from './steps/min-value.ts';
import { minValueAllowed } from './steps/min-value-allowed.ts';
import { multiplyByFeed } from './steps/multiply-by-feed.ts';
import { multiplyBySourceFeed } from './steps/multiply-by-source-feed.ts';
import { offset } from './steps/offset.ts';
import { powerToKwh } from './steps/power-to-kwh.ts';
import { powerToKwhCustom } from './steps/power-to-kwh-custom.ts';
import { powerToKwhd } from './steps/power-to-kwhd.ts';
import { publishToMqtt } from './steps/publish-to-mqtt.ts';
import { pulseDiff } from './steps/pulse-diff.ts';
import { ratechange } from './steps/ratechange.ts';
import { reciprocalBySourceFeed } from './steps/reciprocal-by-source-feed.ts';
import { reset2null } from './steps/reset2null.ts';
import { reset2original } from './steps/reset2original.ts';
import { reset2zero } from './steps/reset2zero.ts';
import { scale } from './steps/scale.ts';
import { sendEmail } from './steps/send-email.ts';
import { signed2unsigned } from './steps/signed2unsigned.ts';
import { sourceFeedDataTime } from './steps/source-feed-data-time.ts';
import { subFeed } from './steps/sub-feed.ts';
import { subSourceFeed } from './steps/sub-source-feed.ts';
import { subtractInput } from './steps/subtract-input.ts';
import { timesInput } from './steps/times-input.ts';
import { updateFeedData } from './steps/update-feed-data.ts';
import { whAccumulator } from './steps/wh-accumulator.ts';
import { whincToKwhd } from './steps/whinc-to-kwhd.ts';

/** Every process there is. A new one is a file in steps/ and a word here. */
export const PROCESSES: readonly Process[] = [
  logToFeed,
  scale,
  offset,
  powerToKwh,
  powerToKwhd,
  timesInput,
  inputOntime,
  whincToKwhd,
  updateFeedData,
  addInput,
  divideInput,
  accumulator,
  ratechange,
  pulseDiff,
  kwhToPower,
  subtractInput,
  kwhToKwhd,
  allowpositive,
  allownegative,
  signed2unsigned,
  maxValue,
  minValue,
  addFeed,
  subFeed,
  multiplyByFeed,
  divideByFeed,
  reset2zero,
  whAccumulator,
  publishToMqtt,
  reset2null,
  reset2original,
  ifZeroSkip,
  ifNotZeroSkip,
  ifNullSkip,
  ifNotNullSkip,
  ifGtSkip,
  ifGtEqualSkip,
  ifLtSkip,
  ifLtEqualSkip,
  ifEqualSkip,
  ifNotEqualSkip,
  gotoProcess,
  errorFound,
  maxValueAllowed,
  minValueAllowed,
  absValue,
  kwhAccumulator,
  logToFeedJoin,
  maxInput,
  minInput,
  maxFeed,
  minFeed,
  powerToKwhCustom,
  sourceFeedDataTime,
  addSourceFeed,
  subSourceFeed,
  multiplyBySourceFeed,
  divideBySourceFeed,
  reciprocalBySourceFeed,
  ifRateGtEqualSkip,
  ifRateLtSkip,
  ifMuteSkip,
  ifNotMuteSkip,
  sendEmail,
  ifNotScheduleZero,
  ifNotScheduleNull,
  ifScheduleZero,
  ifScheduleNull,
  ...deletedProcesses,
];

/** The process with EmonCMS's key, `process__scale`. */
export function processByKey(key: string): Process | undefined {
  return byKey.get(key);
}

/** The process a stored list names, by number or by key. */
export function processByStoredName(name: string): Process | undefined {
  return byStoredName.get(name) ?? byKey.get(name);
}

/** How a stored list names the process: its number, or its key where it has none. */
export function storedName(process: Process): string {
  return process.id === undefined ? process.key : String(process.id);
}

const byKey = new Map(PROCESSES.map((process) => [process.key, process]));
const byStoredName = new Map(PROCESSES.map((process) => [storedName(process), process]));
