/**
 * The recorded cases that Hearth answers differently on purpose, each with the reason. docs/emoncms.md tells people the
 * same by subject.
 */
export const DEVIATIONS: Readonly<Record<string, string>> = {
  'misc/24-delta-bad-interval': 'EmonCMS dies with an empty 500; Hearth reads the interval as 1 second and answers',
  'fd-virtual/09-data-avg': VIRTUAL(),
  'fd-virtual/10-data-skip': VIRTUAL(),
  'fd-virtual/11-data-daily': VIRTUAL(),
  'fd-virtual/12-data-notime': VIRTUAL(),
  'fd-virtual/13-data-csv': VIRTUAL(),
  'fd-virtual/17-getmeta': VIRTUAL(),
  'fd-virtual/18-list': VIRTUAL(),
};

function VIRTUAL(): string {
  return 'virtual feeds can be made and described but have no values yet';
}
