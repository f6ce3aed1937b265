import { parentPort, workerData } from 'node:worker_threads';
import type { FromPlugin, HttpGot, ToPlugin } from './messages.ts';

// Runs in a plug-in's own thread: takes the plug-in's text, tells what it is, and runs its handlers when asked. What a plug-in
// needs not is taken away before its text runs. That keeps mistakes in; it is no prison.

type Handler = (...args: unknown[]) => unknown;
type Waiting = { resolve: (answer: HttpGot) => void; reject: (error: Error) => void };

const MOST_OPEN = 8;
const MOST_RESULT = 65_536;
const MOST_LINES = 50;
const TAKEN = 'process require module exports __filename __dirname fetch WebSocket EventSource BroadcastChannel'.split(
  ' ',
);

const { code } = workerData as { code: string };
const waiting = new Map<number, Waiting>();
let asks = 0;
let lines = 0;

for (const name of TAKEN) Reflect.deleteProperty(globalThis, name);
const quiet = { log: say, info: say, warn: say, error: say, debug: say };
Reflect.set(globalThis, 'console', quiet);

const plugin = load();
parentPort?.on('message', (message: ToPlugin) => {
  if (message.kind === 'call') void run(message);
  else settle(message);
});

function load(): Record<string, unknown> {
  const module = { exports: {} as { default?: unknown } };
  try {
    new Function('module', 'exports', code)(module, module.exports);
    const made = module.exports.default;
    if (typeof made !== 'object' || made === null) throw new Error('it has no default export { type, read, … }');
    const { type, interval, safeState, read, switch: turn, identify } = made as Record<string, unknown>;
    const can = {
      read: typeof read === 'function',
      switch: typeof turn === 'function',
      identify: typeof identify === 'function',
    };
    tell({ kind: 'ready', facts: JSON.stringify({ type, interval, safeState, can }) });
    return made as Record<string, unknown>;
  } catch (error) {
    tell({ kind: 'broken', message: textOf(error) });
    return {};
  }
}

async function run({ call, method, args }: Extract<ToPlugin, { kind: 'call' }>): Promise<void> {
  lines = 0;
  try {
    const handler = plugin[method] as Handler;
    const result = JSON.stringify((await handler.call(plugin, ...args, { http: httpOf(call) })) ?? null);
    if (result.length > MOST_RESULT) throw new Error('it returned too much');
    tell({ kind: 'done', call, result });
  } catch (error) {
    const fault = (error as { fault?: unknown } | null)?.fault;
    tell({ kind: 'failed', call, message: textOf(error), fault: typeof fault === 'string' ? fault : null });
  }
}

function httpOf(call: number) {
  const fetch = async (...what: unknown[]) => {
    if (waiting.size >= MOST_OPEN) throw new Error(`it asked for more than ${MOST_OPEN} things at a time`);
    asks += 1;
    const ask = asks;
    const got = await new Promise<HttpGot>((resolve, reject) => {
      waiting.set(ask, { resolve, reject });
      tell({ kind: 'ask', call, ask, what: JSON.parse(JSON.stringify(what)) as unknown[] });
    });
    return { ...got, text: () => got.body, json: () => JSON.parse(got.body) as unknown };
  };
  const json = async (...what: unknown[]) => {
    const answer = await fetch(...what);
    if (answer.status !== 200) throw new Error(`the device answered ${answer.status}`);
    return answer.json();
  };
  return { fetch, json };
}

function settle(message: Exclude<ToPlugin, { kind: 'call' }>): void {
  const asked = waiting.get(message.ask);
  waiting.delete(message.ask);
  if (message.kind === 'answer') asked?.resolve(message.answer);
  else asked?.reject(Object.assign(new Error(message.message), { fault: message.fault }));
}

function tell(message: FromPlugin): void {
  parentPort?.postMessage(message);
}

function say(...words: unknown[]): void {
  lines += 1;
  if (lines <= MOST_LINES) tell({ kind: 'said', text: words.map(String).join(' ').slice(0, 500) });
}

function textOf(error: unknown): string {
  return String((error as { message?: unknown } | null)?.message ?? error).slice(0, 500);
}
