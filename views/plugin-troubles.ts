import type { Words } from './page.ts';

/** A plug-in as far as a page shows it. */
export interface PluginView {
  readonly file: string;
  readonly type: string | null;
  readonly state: 'ready' | 'paused' | 'failed';
  readonly error: string | null;
}

/** What is wrong with plug-ins: our words, and the plug-in's own, which may be anything. */
export function pluginTroubles(plugins: readonly PluginView[], { t }: Pick<Words, 't'>) {
  return plugins.flatMap(({ file, state, error }) =>
    error === null ? [] : [{ what: t(`new.plugin.${state === 'ready' ? 'trouble' : state}`, { file }), error }],
  );
}
