import { Worker } from 'node:worker_threads';
import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { DeviceError, type DeviceFault } from '../../models/drivers/device-error.ts';
import type { HttpPort } from '../../models/drivers/http-port.ts';
import { type PluginFacts, type PluginMethod, parseFacts } from '../../models/drivers/plugin.ts';
import { askDevice } from './ask.ts';
import type { FromPlugin } from './messages.ts';

export interface PluginRunnerDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** The text of app/plugins/worker.ts. */
  readonly worker: string;
  /** Bytes of memory that the whole hub holds. */
  readonly memory: () => number;
  /** Told what the plug-in prints. */
  readonly said?: (text: string) => void;
}

interface Running {
  readonly worker: Worker;
  readonly ready: Promise<PluginFacts>;
  fail(error: DeviceError): void;
}

interface Open {
  readonly http: HttpPort;
  resolve(result: unknown): void;
  reject(error: DeviceError): void;
}

/** Most a plug-in may take for one call, and to be loaded. */
const LIMIT_MS = 10_000;
const HEAP_MB = 48;
/** What lies outside the heap is only seen from outside: the hub may grow by so much during a call. */
const MOST_GROWTH = 256 * 1024 * 1024;
const LOOK_MS = 200;
const LONGEST_PAUSE_MS = 60_000;

/**
 * One plug-in in a thread of its own. Whatever it does, a call ends: one that lasts too long or takes too much ends the thread,
 * and the next call gets a fresh one, after a pause that doubles with each time until a call goes well.
 */
export class PluginRunner {
  readonly #deps: PluginRunnerDeps;
  readonly #code: string;
  readonly #calls = new Map<number, Open>();
  #running: Running | null = null;
  #count = 0;
  #crashes = 0;
  #notBefore = 0;
  #error: { message: string; at: number } | null = null;
  #isStopped = false;

  constructor(deps: PluginRunnerDeps, code: string) {
    this.#deps = deps;
    this.#code = code;
  }

  /** The last thing that went wrong, until a call went well; `at` is Unix seconds. */
  get error(): { readonly message: string; readonly at: number } | null {
    return this.#error;
  }

  /** Whether it waits before it gets a fresh thread. */
  get isPaused(): boolean {
    return this.#running === null && this.#deps.clock.monotonic() < this.#notBefore;
  }

  /** Loads it. Rejects with DeviceError where it cannot be loaded. */
  async start(): Promise<PluginFacts> {
    if (this.#isStopped) throw new DeviceError('unsupported', 'The plug-in was taken away.');
    if (this.isPaused) throw new DeviceError('unsupported', `The plug-in is paused: ${this.#error?.message ?? ''}`);
    this.#running ??= this.#launch();
    return await this.#running.ready;
  }

  /** Resolves with what the handler returned, or rejects with DeviceError, within 20 s. */
  async call(method: PluginMethod, args: readonly unknown[], http: HttpPort): Promise<unknown> {
    await this.start();
    const running = this.#running;
    if (!running) throw new DeviceError('unsupported', this.#error?.message ?? 'The plug-in was taken away.');
    this.#count += 1;
    const call = this.#count;
    const stop = this.#watch(running);
    try {
      const result = await new Promise((resolve, reject) => {
        this.#calls.set(call, { http, resolve, reject });
        running.worker.postMessage({ kind: 'call', call, method, args: JSON.parse(JSON.stringify(args)) as unknown });
      });
      this.#crashes = 0;
      this.#error = null;
      return result;
    } catch (error) {
      this.#error = { message: (error as Error).message, at: this.#deps.clock.seconds() };
      throw error;
    } finally {
      stop();
      this.#calls.delete(call);
    }
  }

  /** Ends its thread and every call. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const worker = this.#running?.worker;
    this.#running?.fail(new DeviceError('unsupported', 'The plug-in was taken away.'));
    await worker?.terminate();
  }

  #launch(): Running {
    const worker = new Worker(this.#deps.worker, {
      eval: true,
      workerData: { code: this.#code },
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 8, stackSizeMb: 2 },
    });
    worker.unref();
    for (const stream of [worker.stdout, worker.stderr]) stream.resume();
    let fail: (error: DeviceError) => void = () => undefined;
    const ready = new Promise<PluginFacts>((resolve, reject) => {
      fail = (error) => {
        reject(error);
        this.#crashed(worker, error);
      };
      worker.on('message', (message: FromPlugin) => {
        if (message.kind === 'ready') take(() => resolve(parseFacts(JSON.parse(message.facts))), fail);
        else if (message.kind === 'broken') fail(new DeviceError('unsupported', sentence(message.message)));
        else this.#heard(worker, message);
      });
      worker.on('error', (error: Error & { code?: string }) => fail(diedOf(error)));
      worker.on('exit', () => fail(new DeviceError('unsupported', 'The plug-in ended itself.')));
    });
    const running = { worker, ready, fail };
    const stop = this.#watch(running);
    ready.then(stop, stop);
    return running;
  }

  /** Ends the thread when it lasts too long or the hub grows too much. */
  #watch(running: Running): Disposer {
    const { clock, memory } = this.#deps;
    const before = memory();
    const stops = [
      clock.after(LIMIT_MS, () => running.fail(new DeviceError('timeout', 'The plug-in did not end in time.'))),
      clock.every(LOOK_MS, () => {
        if (memory() - before > MOST_GROWTH) running.fail(tooMuch());
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** The first failure of a thread counts; what follows from it does not. */
  #crashed(worker: Worker, error: DeviceError): void {
    if (this.#running?.worker !== worker) return;
    const { clock, log } = this.#deps;
    this.#running = null;
    this.#error = { message: error.message, at: clock.seconds() };
    this.#notBefore = clock.monotonic() + Math.min(1000 * 2 ** this.#crashes, LONGEST_PAUSE_MS);
    this.#crashes += 1;
    if (!this.#isStopped) log.debug({ err: error }, 'the thread of a plug-in ended');
    for (const open of this.#calls.values()) open.reject(error);
    void worker.terminate();
  }

  #heard(worker: Worker, message: Exclude<FromPlugin, { kind: 'ready' | 'broken' }>): void {
    if (this.#running?.worker !== worker) return;
    if (message.kind === 'said') this.#deps.said?.(message.text);
    if (message.kind === 'said') return;
    const open = this.#calls.get(message.call);
    if (message.kind === 'done') open?.resolve(JSON.parse(message.result));
    else if (message.kind === 'failed') open?.reject(failureOf(message));
    else void askDevice(open?.http, message).then((answer) => worker.postMessage(answer));
  }
}

function take(work: () => void, fail: (error: DeviceError) => void): void {
  try {
    work();
  } catch (error) {
    fail(error as DeviceError);
  }
}

function diedOf(error: Error & { code?: string }): DeviceError {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return tooMuch();
  return new DeviceError('unsupported', sentence(String(error.message ?? error)), { cause: error });
}

function tooMuch(): DeviceError {
  return new DeviceError('unsupported', 'The plug-in took more memory than it may.');
}

/** What the port said of the device stays so, where the plug-in let it through. */
function failureOf({ message, fault }: Extract<FromPlugin, { kind: 'failed' }>): DeviceError {
  const known = FAULTS.find((one) => one === fault);
  return known ? new DeviceError(known, plain(message)) : new DeviceError('answer', sentence(message));
}

const FAULTS: readonly DeviceFault[] = ['timeout', 'unreachable', 'login', 'garbled', 'too large', 'forbidden'];

function sentence(words: string): string {
  return `The plug-in failed: ${plain(words).replace(/[.\s]+$/, '') || 'it did not say why'}.`;
}

/** A plug-in's own words, shortened, on one line. */
function plain(words: string): string {
  const line = words.replace(/[\s\p{C}]+/gu, ' ').trim();
  return [...line].slice(0, 200).join('');
}
