import type { DeviceFault } from '../../models/drivers/device-error.ts';
import type { PluginMethod } from '../../models/drivers/plugin.ts';

/** What the hub tells a plug-in's thread. */
export type ToPlugin =
  | { readonly kind: 'call'; readonly call: number; readonly method: PluginMethod; readonly args: readonly unknown[] }
  | { readonly kind: 'answer'; readonly ask: number; readonly answer: HttpGot }
  | { readonly kind: 'refusal'; readonly ask: number; readonly fault: DeviceFault; readonly message: string };

/** What a plug-in's thread tells the hub. `result` and `facts` are JSON. */
export type FromPlugin =
  | { readonly kind: 'ready'; readonly facts: string }
  | { readonly kind: 'done'; readonly call: number; readonly result: string }
  | { readonly kind: 'failed'; readonly call: number; readonly message: string; readonly fault: string | null }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'ask'; readonly call: number; readonly ask: number; readonly what: readonly unknown[] }
  | { readonly kind: 'said'; readonly text: string };

export interface HttpGot {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}
