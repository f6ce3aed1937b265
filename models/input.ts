import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { AutoRecord } from './auto-record.ts';
import type { CalendarModel } from './calendar.ts';
import type { Database } from './database.ts';
import type { EventLetter, EventMail } from './event-mail.ts';
import type { FeedModel } from './feed.ts';
import { cleanInput, cleanNode } from './input-names.ts';
import { type Input, type InputRecord, InputRegistry, useList } from './input-registry.ts';
import { LeftAlone } from './left-alone.ts';
import type { LiveModel } from './live.ts';
import type { Remembered } from './live-mirror.ts';
import { NewInputs, type Row } from './new-inputs.ts';
import { NodeGates } from './node-gates.ts';
import { Packet } from './process/packet.ts';
import { decodeProcessList, encodeProcessList, type ProcessStep, switchedOff } from './process/process-list.ts';
import { run } from './process/run.ts';
import type { Reading } from './reading.ts';
import type { ReadingClock } from './reading-clock.ts';
import { StepNotes } from './step-notes.ts';
import type { Series } from './timeseries/series.ts';
import type { UserModel } from './user.ts';

export type { Input } from './input-registry.ts';
export type { Reading } from './reading.ts';

export interface InputDeps {
  db: Database;
  clock: Clock;
  log: Log;
  times: Pick<ReadingClock, 'checkAll'>;
  live: LiveModel;
  feeds: Pick<FeedModel, 'apply' | 'last'>;
  series: Pick<Series, 'state'>;
  households: Pick<UserModel, 'account'>;
  schedules: Pick<CalendarModel, 'holds'>;
  autoRecord: AutoRecord;
  eventMail: Pick<EventMail, 'send'>;
  /** Hands a value to whoever listens on the broker below the household's own topics. Never throws. */
  publish(account: number, topic: string, value: number | null): void;
}

export interface ReceiveOptions {
  /** How many nodes the account may have; more are refused. EmonCMS's HTTP door says 32. */
  readonly nodeLimit?: number;
}

/** The registry of inputs and the way of a reading through it. */
export class InputModel {
  readonly #deps: InputDeps;
  readonly #registry: InputRegistry;
  readonly #gates = new NodeGates();
  readonly #leftAlone: LeftAlone;
  readonly #newInputs: NewInputs;
  readonly #notes = new StepNotes();

  constructor(deps: InputDeps) {
    this.#deps = deps;
    this.#registry = new InputRegistry(deps.db);
    this.#leftAlone = new LeftAlone(deps.db);
    this.#newInputs = new NewInputs({ ...deps, registry: this.#registry, leftAlone: this.#leftAlone });
  }

  /** Reads every input into memory, with what Redis or its feed remembers it said last; called once before the doors open. */
  async load(): Promise<void> {
    await this.#registry.load();
    await this.#leftAlone.load();
    const remembered = await this.#deps.live.remembered();
    for (const input of this.#registry.all()) {
      const last = newer(remembered.get(input.id), this.#logged(input));
      if (!last) continue;
      Object.assign(input, { time: last.time, value: last.value });
      this.#deps.live.restore(input.account, 'input', input.id, last.time, last.value, last.at);
      if (input.processList === '' && last.value !== null) {
        this.#deps.autoRecord.remember(input.id, { time: last.time, value: last.value });
      }
    }
  }

  /**
   * Takes the readings of one packet: creates unknown inputs, sets last values, runs the process lists and hands all
   * effects over at once. Resolves when the promise is met. Throws HubError, and then nothing of the packet is in a feed.
   * Packets of one node take effect in the order of their calls; known inputs never wait on MySQL or Redis.
   */
  async receive(account: number, readings: readonly Reading[], options: ReceiveOptions = {}): Promise<void> {
    const now = this.#deps.clock.seconds();
    this.#deps.times.checkAll(readings, now);
    const rows = this.#known(account, readings);
    if (rows && !this.#gates.closed(account, readings)) return await this.#take(account, rows);
    const kept = await this.#gates.pass(account, readings, async () => {
      const prepared = await this.#newInputs.prepare(account, readings, options.nodeLimit);
      // In an object, so that the next packet of the node starts without waiting for the disk.
      return { done: this.#take(account, prepared) };
    });
    await kept.done;
  }

  /** The household's inputs in the order they were made. */
  list(account: number, node?: string): Input[] {
    return this.#registry.list(account, node).map(viewOf);
  }

  find(id: number): Input | undefined {
    const input = this.#registry.get(id);
    return input && viewOf(input);
  }

  byName(account: number, node: string, name: string): Input | undefined {
    const input = this.#registry.node(account, node)?.get(name);
    return input && viewOf(input);
  }

  /** Makes inputs that have said nothing yet; those that exist stay as they are. */
  async create(account: number, wanted: readonly { node: string; name: string }[]): Promise<void> {
    const clean = wanted.map(({ node, name }) => ({ node: cleanNode(node), name: cleanInput(name) }));
    await this.#registry.create(account, clean);
  }

  /** Changes name or description. False when the household has no such input or another of the node has the name. */
  async set(account: number, id: number, fields: { name?: string; description?: string }): Promise<boolean> {
    const input = this.#own(account, id);
    if (!input) return false;
    const twin = fields.name === undefined ? undefined : this.#registry.node(account, input.node)?.get(fields.name);
    if (twin && twin !== input) return false;
    await this.#registry.update(input, fields);
    return true;
  }

  /** Deletes the household's inputs among `ids` and returns those it deleted. */
  async remove(account: number, ids: readonly number[]): Promise<number[]> {
    const inputs = [...new Set(ids)].map((id) => this.#own(account, id)).filter((input) => input !== undefined);
    await this.#registry.remove(inputs);
    for (const { id } of inputs) {
      this.#deps.live.forget(account, 'input', id);
      this.#deps.autoRecord.forget(id);
      this.#notes.forget(id);
    }
    return inputs.map((input) => input.id);
  }

  /** Deletes the inputs without a process list and returns how many there were. */
  async clean(account: number): Promise<number> {
    const unused = this.list(account).filter((input) => input.processList === '');
    return (
      await this.remove(
        account,
        unused.map((input) => input.id),
      )
    ).length;
  }

  /**
   * Replaces the process list with checked steps. False when nothing changed. An input whose list a person has emptied is
   * not given one by itself again.
   */
  async setProcessList(account: number, id: number, steps: readonly ProcessStep[]): Promise<boolean> {
    const input = this.#own(account, id);
    const processList = encodeProcessList(steps);
    if (!input || input.processList === processList) return false;
    if (processList === '') await this.#leftAlone.add(id);
    await this.#registry.update(input, { processList });
    this.#deps.autoRecord.forget(id);
    this.#notes.forget(id);
    return true;
  }

  /** What the feed into which an input is logged first says of it. */
  #logged(input: InputRecord): Remembered | undefined {
    const [step] = decodeProcessList(input.processList);
    if (step?.key !== 'process__log_to_feed') return undefined;
    const last = this.#deps.feeds.last(Number(step.args[0]));
    return last && { ...last, at: Math.min(last.time * 1000, this.#deps.clock.now()) };
  }

  #own(account: number, id: number): InputRecord | undefined {
    const input = this.#registry.get(id);
    return input?.account === account ? input : undefined;
  }

  /** The packet with its inputs looked up, or undefined where one is unknown or waits to be given a feed. */
  #known(account: number, readings: readonly Reading[]): Row[] | undefined {
    const undecided = this.#deps.households.account(account)?.autoRecord === true;
    const rows: Row[] = [];
    for (const { node, time, values } of readings) {
      const names = this.#registry.node(account, node);
      if (!names) return undefined;
      const row: Row = { time, values: [] };
      for (const [name, value] of values) {
        const input = names.get(name);
        if (!input || (undecided && input.processList === '' && value !== null && !this.#leftAlone.has(input.id))) {
          return undefined;
        }
        row.values.push([input, value]);
      }
      rows.push(row);
    }
    return rows;
  }

  /**
   * Runs a whole packet without waiting and gives the feeds all of it in one call. Every input of a reading has its new value
   * before the first list runs. Last values stay as heard even where the disk then refuses the packet.
   */
  async #take(account: number, rows: readonly Row[]): Promise<void> {
    const { feeds, series, live, households, schedules } = this.#deps;
    const letters: EventLetter[] = [];
    const packet = new Packet(
      {
        input: (id) => this.#registry.get(id)?.value,
        feed: (id) => feeds.last(id),
        state: (feed, slot) => series.state(feed, slot),
        inSchedule: (schedule, time) => schedules.holds(account, schedule, time),
        note: (input, step) => this.#notes.get(input, step),
      },
      households.account(account)?.timezone ?? 'UTC',
    );
    for (const { time, values } of rows) {
      for (const [input, value] of values) {
        input.time = time;
        input.value = value;
        live.put(account, 'input', input.id, time, value);
      }
      for (const [input, value] of values) {
        if (input.steps.length > 0) this.#run(packet, input, time, value, letters);
      }
    }
    if (packet.effects.length === 0) return;
    await feeds.apply(account, packet.effects);
    for (const effect of packet.effects) {
      if (effect.kind === 'publish') this.#deps.publish(account, effect.topic, effect.value);
    }
    for (const letter of letters) this.#deps.eventMail.send(letter);
  }

  /** Runs one input's list; the letters it wants written are added to `letters`. */
  #run(packet: Packet, input: InputRecord, time: number, value: number | null, letters: EventLetter[]): void {
    packet.running = input.id;
    const { effects, broken } = run(input.steps, value, time, packet);
    packet.take(effects);
    if (broken) this.#switchOff(input);
    for (const effect of effects) {
      if (effect.kind === 'note') this.#notes.set(input.id, effect.step, effect.value);
      if (effect.kind === 'mail') letters.push({ ...effect, account: input.account, input: viewOf(input) });
    }
  }

  #switchOff(input: InputRecord): void {
    const { log } = this.#deps;
    log.warn({ input: input.id, list: input.processList }, 'a process list cannot run and was switched off');
    useList(input, switchedOff(input.processList));
    this.#registry
      .update(input, { processList: input.processList })
      .catch((cause: unknown) => log.warn({ err: cause, input: input.id }, 'the switched-off list is not stored yet'));
  }
}

function newer(one: Remembered | undefined, other: Remembered | undefined): Remembered | undefined {
  return one && other && other.time > one.time ? other : (one ?? other);
}

/** What others see: without the compiled list. */
function viewOf({ steps: _, ...input }: InputRecord): Input {
  return input;
}
