const TIME = 'a time before 2000 or more than a day ahead is refused with the reason';
const FIVE_HUNDRED = 'EmonCMS dies with an empty 500; Hearth says what is wrong';

/**
 * The recorded cases that Hearth answers differently on purpose, each with the reason. docs/emoncms.md tells people the
 * same by subject.
 */
export const DEVIATIONS: Readonly<Record<string, string>> = {
  'input-post/71-time-param-ms': TIME,
  'input-bulk/40-time-non-numeric': TIME,
  'input-bulk/41-get-tn': TIME,
  'input-bulk/46-object': FIVE_HUNDRED,
  'input-bulk/47-scalar': FIVE_HUNDRED,
  'misc/24-delta-bad-interval': 'EmonCMS dies with an empty 500; Hearth reads the interval as 1 second and answers',
};
