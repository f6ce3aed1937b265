import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { projectRoot } from '../../lib/project-root.ts';
import { DeviceError } from '../../models/drivers/device-error.ts';

/**
 * A plug-in's text as a body that sets `module.exports`, types taken off. Throws DeviceError with the line where it cannot be
 * understood, or where it imports anything: a plug-in is one file.
 */
export async function compilePlugin(file: string, text: string): Promise<string> {
  const { build } = compiler();
  try {
    const { outputFiles } = await build({
      stdin: { contents: text, sourcefile: file, loader: file.endsWith('.ts') ? 'ts' : 'js' },
      bundle: true,
      write: false,
      format: 'cjs',
      platform: 'neutral',
      target: 'node20',
      plugins: [NO_IMPORTS],
      logLevel: 'silent',
    });
    return outputFiles[0]?.text ?? '';
  } catch (cause) {
    throw new DeviceError('unsupported', `The plug-in cannot be read: ${firstOf(cause)}.`, { cause });
  }
}

/** What runs in a plug-in's thread, as the text that a Worker takes. */
export async function workerText(): Promise<string> {
  const { transform } = compiler();
  const source = await readFile(join(projectRoot, 'app/plugins/worker.ts'), 'utf8');
  return (await transform(source, { loader: 'ts', format: 'cjs', target: 'node20' })).code;
}

/** Ends the compiler's own process: plug-ins change rarely. */
export async function endCompiler(): Promise<void> {
  await compiler().stop();
}

/** Loaded with the first plug-in. The hub's one file cannot `import()`. */
function compiler(): typeof import('esbuild') {
  return createRequire(import.meta.url)('esbuild');
}

const NO_IMPORTS: Plugin = {
  name: 'one file',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) =>
      kind === 'entry-point' ? null : { errors: [{ text: `it imports ${path}, but a plug-in is one file` }] },
    );
  },
};

interface Failure {
  readonly errors?: readonly { text: string; location: { line: number } | null }[];
}

function firstOf(cause: unknown): string {
  const error = (cause as Failure).errors?.[0];
  if (!error) return (cause as Error).message;
  return error.location ? `line ${error.location.line}: ${error.text}` : error.text;
}
