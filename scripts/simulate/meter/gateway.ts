import { readFileSync } from 'node:fs';
import { connect, type MqttClient } from 'mqtt';
import { type Clock, sleep } from '../../../lib/clock.ts';
import type { Row } from './rows.ts';

export interface GatewayOptions {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** A file with the CA to trust, for mqtts. */
  readonly ca?: string | undefined;
  readonly node: string;
  /** How many times faster than the rows' own time; infinite: as fast as acknowledged. */
  readonly speed: number;
  readonly clock: Clock;
  /** How long to go on without a single acknowledgement. */
  readonly patienceMs?: number;
  readonly progress?: (acknowledged: number) => void;
  readonly signal?: AbortSignal;
}

/** Rows that may be under way at once. */
const MOST_UNDERWAY = 500;
const PATIENCE_MS = 60_000;
/** An acknowledgement that takes longer is given up for lost: the connection is renewed, which sends again. */
const LOST_MS = 10_000;
const AGAIN_MS = 100;

/**
 * Publishes the rows one after another with QoS 1 as a gateway does, and resolves with the number acknowledged. What was
 * under way when a connection broke is sent again, so that no row is lost; a row may arrive twice. Rejects when the
 * login is refused, and when nothing has been acknowledged for so long that going on is vain.
 */
export function publishRows(rows: readonly Row[], options: GatewayOptions): Promise<number> {
  return new Gateway(rows, options).run();
}

class Gateway {
  readonly #rows: readonly Row[];
  readonly #options: GatewayOptions;
  readonly #client: MqttClient;
  #acknowledged = 0;
  #sent = 0;
  #lastSign: number;
  #refused: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(rows: readonly Row[], options: GatewayOptions) {
    this.#rows = rows;
    this.#options = options;
    this.#lastSign = options.clock.monotonic();
    this.#client = connect(options.url, {
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(options.password === undefined ? {} : { password: options.password }),
      ...(options.ca === undefined ? {} : { ca: readFileSync(options.ca) }),
      reconnectPeriod: 500,
      connectTimeout: 5000,
      resubscribe: false,
    });
    this.#client.on('error', (error) => this.#failed(error));
  }

  async run(): Promise<number> {
    const { clock, signal } = this.#options;
    const watching = clock.every(1000, () => this.#watch());
    signal?.addEventListener('abort', () => this.#wake(), { once: true });
    // the clock's own timers keep no process alive
    const alive = setInterval(() => undefined, 60_000);
    try {
      await this.#publishAll();
      await this.#until(() => this.#acknowledged === this.#rows.length);
      return this.#acknowledged;
    } finally {
      clearInterval(alive);
      watching();
      await this.#client.endAsync(true).catch(() => undefined);
    }
  }

  async #publishAll(): Promise<void> {
    const { clock, speed } = this.#options;
    const start = clock.monotonic();
    const first = this.#rows[0]?.time ?? 0;
    for (const row of this.#rows) {
      const due = start + ((row.time - first) * 1000) / speed;
      await this.#pause(due - clock.monotonic());
      await this.#until(() => this.#sent - this.#acknowledged < MOST_UNDERWAY);
      if (this.#ended()) return;
      this.#sent += 1;
      this.#publish(row);
    }
  }

  #publish(row: Row): void {
    const payload = JSON.stringify({ time: row.time, ...row.values });
    this.#client.publish(`emon/${this.#options.node}`, payload, { qos: 1 }, (error) => {
      if (!error) this.#count();
      // mqtt.js gives up what it was handed while a connection broke
      else if (!this.#ended()) this.#options.clock.after(AGAIN_MS, () => this.#publish(row));
    });
  }

  #count(): void {
    this.#acknowledged += 1;
    this.#lastSign = this.#options.clock.monotonic();
    this.#options.progress?.(this.#acknowledged);
    this.#wake();
  }

  /** Waits in short steps, so that a refusal or an abort is not slept through. */
  async #pause(ms: number): Promise<void> {
    const { clock } = this.#options;
    const end = clock.monotonic() + ms;
    for (let left = ms; left > 0 && !this.#ended(); left = end - clock.monotonic()) {
      await sleep(clock, Math.min(left, 500));
      this.#lastSign = Math.max(this.#lastSign, this.#sent === this.#acknowledged ? clock.monotonic() : 0);
    }
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition() && !this.#ended()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#refused) throw this.#refused;
  }

  #ended(): boolean {
    return this.#refused !== undefined || this.#options.signal?.aborted === true;
  }

  #watch(): void {
    if (this.#sent === this.#acknowledged && this.#client.connected) return;
    const silent = this.#options.clock.monotonic() - this.#lastSign;
    const patience = this.#options.patienceMs ?? PATIENCE_MS;
    if (silent > patience) {
      this.#end(new Error(`nothing was acknowledged for ${Math.round(patience / 1000)} s; ${this.#tally()}`));
    } else if (silent > LOST_MS && this.#client.connected) {
      this.#client.reconnect();
    }
  }

  #failed(error: Error & { code?: unknown }): void {
    const { url } = this.#options;
    if (error.code === 4) this.#end(new Error(`${url} refused the login: account name or write key is wrong`));
    else if (error.code === 5) {
      this.#end(
        new Error(`${url} refused the login: give the account name and its write key (--username, --password)`),
      );
    } else if (typeof error.code === 'number') this.#end(new Error(`${url} refused the connection: ${error.message}`));
  }

  #end(error: Error): void {
    this.#refused ??= error;
    this.#wake();
  }

  #tally(): string {
    return `${this.#acknowledged} of ${this.#rows.length} rows were`;
  }
}
