import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { root, run, setUp } from './setup.mjs';

// All set-up, then every test (or those named as arguments), then `N passed, N failed` as the last line.
setUp({ browser: true });
await ensureBuild();
const folder = mkdtempSync(join(tmpdir(), 'hearth-report-'));
const report = join(folder, 'report.json');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const ended = run(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
const { passed, failed } = count();
rmSync(folder, { recursive: true, force: true });
process.exitCode = ended && failed === 0 && passed > 0 ? 0 : 1;
process.stdout.write(`${passed} passed, ${failed} failed\n`);

/** A file that could not be run counts as one failure, as does a run that failed for a reason of its own. */
function count() {
  let result = { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    // No report: vitest itself failed, and `ended` says so.
  }
  const broken = result.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = result.numFailedTests + broken.length;
  return { passed: result.numPassedTests, failed: failed === 0 && !ended ? 1 : failed };
}
