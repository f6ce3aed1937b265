import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { type Clock, type Disposer, sleep } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { endProcess, findProcesses, heldOpen, isAlive } from './process.ts';

/** A server program that answers on a unix socket. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Text that stands in the command line of this very server and of no other process. */
  readonly marker: string;
  /** Takes what the program prints. */
  readonly logFile: string;
  /** Makes what the program needs before its first start. A crash in the middle is made good by the next call. */
  prepare(): Promise<void>;
  /** Whether the server answers on its socket. */
  ping(): Promise<boolean>;
  /** Called when the program ends at once again and again; says what it put out of the way, if anything. */
  mend?(): Promise<string | null>;
}

export type ProgramState = 'starting' | 'running' | 'down' | 'stopped';

export interface SupervisorDeps {
  readonly clock: Clock;
  readonly log: Log;
}

const POLL_MS = 5;
/** A database that repairs itself after a power cut may need this long on a small machine. */
const START_MS = 60_000;
const STOP_MS = 3500;
const WATCH_MS = 1000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;
/** A server that ran this long had started well: the next pause is a short one again. */
const SETTLED_MS = 60_000;
const MEND_AFTER = 3;
const LOG_BYTES = 1_000_000;

/** Keeps one program running: takes over the one that a killed hub left behind, and restarts it when it dies, with growing pauses. */
export class Supervisor {
  readonly #program: Program;
  readonly #clock: Clock;
  readonly #log: Log;
  #state: ProgramState = 'stopped';
  #pid: number | null = null;
  /** Deaths since it last ran for long. */
  #deaths = 0;
  /** Starts that failed since it last ran. */
  #failedStarts = 0;
  #startedAt = 0;
  #unwatch: Disposer = () => undefined;
  #unplan: Disposer = () => undefined;

  constructor(program: Program, { clock, log }: SupervisorDeps) {
    this.#program = program;
    this.#clock = clock;
    this.#log = log;
  }

  get state(): ProgramState {
    return this.#state;
  }

  get pid(): number | null {
    return this.#pid;
  }

  /** Resolves when the server answers. Rejects, leaving nothing running, when it cannot be brought up. */
  start(): Promise<void> {
    return heldOpen(this.#start());
  }

  /** Ends the server and resolves when its process is gone, killed if need be. Nothing is restarted any more. */
  stop(): Promise<void> {
    return heldOpen(this.#stop());
  }

  async #start(): Promise<void> {
    this.#state = 'starting';
    await this.#program.prepare();
    if (await this.#adopt()) return;
    for (;;) {
      try {
        return await this.#launch();
      } catch (error) {
        if (this.#failedStarts > MEND_AFTER || (this.#failedStarts === MEND_AFTER && !(await this.#mend()))) {
          await this.#stop();
          throw error;
        }
        await sleep(this.#clock, this.#pause(this.#failedStarts));
      }
    }
  }

  async #stop(): Promise<void> {
    this.#state = 'stopped';
    this.#unplan();
    this.#unwatch();
    const pid = this.#pid;
    this.#pid = null;
    if (pid === null) return;
    const clean = await endProcess(pid, STOP_MS, this.#clock);
    if (!clean) this.#log.warn(`${this.#program.name} did not end in time and was killed`);
  }

  /** Takes over the server that an earlier hub left running; one that does not answer is ended first. */
  async #adopt(): Promise<boolean> {
    for (const pid of findProcesses(this.#program.marker)) {
      if (await this.#answers(pid)) {
        this.#log.info({ pid }, `${this.#program.name} was still running and is taken over`);
        this.#running(pid);
        this.#unwatch = this.#clock.every(WATCH_MS, () => {
          if (!isAlive(pid)) this.#died(pid, 'ended');
        });
        return true;
      }
      this.#log.warn({ pid }, `${this.#program.name} was still running but does not answer, so it is ended`);
      await endProcess(pid, STOP_MS, this.#clock);
    }
    return false;
  }

  /** One that was just started when its hub was killed gets a moment to come up. */
  async #answers(pid: number): Promise<boolean> {
    for (let waited = 0; waited < 1000 && isAlive(pid); waited += 50) {
      if (await this.#program.ping()) return true;
      await sleep(this.#clock, 50);
    }
    return false;
  }

  async #launch(): Promise<void> {
    if (this.#stopping()) return;
    const child = this.#spawn();
    const { pid } = child;
    let why = '';
    child.once('error', (error) => {
      why = error.message;
    });
    child.once('exit', (code, signal) => {
      why = signal ? `ended by ${signal}` : `ended with code ${code}`;
      if (pid !== undefined && this.#state === 'running') this.#died(pid, why);
    });
    this.#pid = pid ?? null;
    const deadline = this.#clock.monotonic() + START_MS;
    while (pid === undefined || why !== '' || !(await this.#program.ping())) {
      if (this.#stopping()) return;
      if (this.#clock.monotonic() > deadline) why = 'it does not answer';
      if (why !== '') return this.#failed(pid, why);
      await sleep(this.#clock, POLL_MS);
    }
    if (!this.#stopping()) this.#running(pid);
  }

  async #failed(pid: number | undefined, why: string): Promise<never> {
    this.#failedStarts += 1;
    if (pid !== undefined) await endProcess(pid, STOP_MS, this.#clock);
    this.#pid = null;
    throw new Error(`${this.#program.name} did not start: ${why}. ${this.#program.logFile} says more.`);
  }

  /** In a process group of its own, so that Ctrl-C in the terminal reaches the hub first and the hub ends its servers in order. */
  #spawn(): ChildProcess {
    const output = openLog(this.#program.logFile);
    try {
      const child = spawn(this.#program.command, this.#program.args, {
        detached: true,
        stdio: ['ignore', output, output],
        cwd: '/',
      });
      child.unref();
      return child;
    } finally {
      closeSync(output);
    }
  }

  #running(pid: number): void {
    this.#pid = pid;
    this.#state = 'running';
    this.#failedStarts = 0;
    this.#startedAt = this.#clock.monotonic();
  }

  #died(pid: number, why: string): void {
    if (this.#pid !== pid || this.#state === 'stopped') return;
    this.#unwatch();
    this.#pid = null;
    this.#state = 'down';
    if (this.#clock.monotonic() - this.#startedAt > SETTLED_MS) this.#deaths = 0;
    this.#deaths += 1;
    const pause = this.#pause(this.#deaths);
    this.#log.error({ pid, why, pause }, `${this.#program.name} is gone and will be restarted`);
    this.#plan(pause);
  }

  #plan(pause: number): void {
    this.#unplan = this.#clock.after(pause, () => {
      this.#relaunch().catch((error: unknown) => {
        if (this.#stopping()) return;
        this.#state = 'down';
        this.#log.error({ err: error }, `${this.#program.name} could not be restarted`);
        this.#plan(this.#pause(this.#deaths + this.#failedStarts));
      });
    });
  }

  async #relaunch(): Promise<void> {
    if (this.#stopping()) return;
    this.#state = 'starting';
    if (this.#failedStarts >= MEND_AFTER) await this.#mend();
    await this.#launch();
    if (!this.#stopping()) this.#log.info({ pid: this.#pid }, `${this.#program.name} runs again`);
  }

  async #mend(): Promise<boolean> {
    const mended = (await this.#program.mend?.()) ?? null;
    if (mended !== null) this.#log.error(mended);
    return mended !== null;
  }

  #stopping(): boolean {
    return this.#state === 'stopped';
  }

  #pause(failures: number): number {
    return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
  }
}

/** Added to, but begun anew once it has grown large: servers say little, except over years. */
function openLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return openSync(file, size > LOG_BYTES ? 'w' : 'a', 0o600);
}
