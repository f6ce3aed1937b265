const VIRTUAL = 'virtual feeds can be made and described but have no values yet';
const TIME = 'a time before 2000 or more than a day ahead is refused with the reason';
const FIVE_HUNDRED = 'EmonCMS dies with an empty 500; Hearth says what is wrong';
const SCHEDULE = 'schedules are not there yet';

/**
 * The recorded cases that Hearth answers differently on purpose, each with the reason. docs/emoncms.md tells people the
 * same by subject.
 */
export const DEVIATIONS: Readonly<Record<string, string>> = {
  'fd-virtual/09-data-avg': VIRTUAL,
  'fd-virtual/10-data-skip': VIRTUAL,
  'fd-virtual/11-data-daily': VIRTUAL,
  'fd-virtual/12-data-notime': VIRTUAL,
  'fd-virtual/13-data-csv': VIRTUAL,
  'fd-virtual/17-getmeta': VIRTUAL,
  'fd-virtual/18-list': VIRTUAL,
  'input-post/71-time-param-ms': TIME,
  'input-bulk/40-time-non-numeric': TIME,
  'input-bulk/41-get-tn': TIME,
  'input-bulk/46-object': FIVE_HUNDRED,
  'input-bulk/47-scalar': FIVE_HUNDRED,
  'proc-schedule/02-schedule-set': SCHEDULE,
  'proc-schedule/03-schedule-get': SCHEDULE,
  'proc-schedule/04-schedule-process': SCHEDULE,
  'misc/24-delta-bad-interval': 'EmonCMS dies with an empty 500; Hearth reads the interval as 1 second and answers',
};
