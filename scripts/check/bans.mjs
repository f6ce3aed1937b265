import { isTest, withoutComments } from './code.mjs';

const BANNED = [
  [/\bDate\.now\(|\bnew Date\(\s*\)|\bperformance\.now\(|\bDateTime\.(now|local|utc)\(\s*\)/, 'Clock of lib/clock.ts'],
  [/\bMath\.random\(|\brandomBytes\(|\brandomUUID\(/, 'Random of lib/random.ts'],
];
const FREE = /^(lib\/clock\.ts|lib\/random\.ts|scripts\/|views\/client\/|public\/)/;

/** Time and chance that a test could not set. */
export function banProblems(files) {
  return [...files].flatMap(([file, text]) => {
    if (FREE.test(file) || isTest(file)) return [];
    const lines = withoutComments(text).split('\n');
    return lines.flatMap((line, index) =>
      BANNED.filter(([pattern]) => pattern.test(line)).map(
        ([pattern, instead]) =>
          `${file}:${index + 1} uses ${pattern.exec(line)[0]}…): take the ${instead} that is passed in.`,
      ),
    );
  });
}
