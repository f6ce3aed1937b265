import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Random } from '../../lib/random.ts';
import type { Device } from '../device.ts';
import type { MqttPort } from '../drivers/driver.ts';
import type { InputModel } from '../input.ts';
import { cleanNode } from '../input-names.ts';
import { formatSenml, parseSenml } from '../senml.ts';
import type { Commands } from './commands.ts';
import { parseEnvelope, question } from './envelope.ts';
import type { Queries } from './queries.ts';

export interface ExchangeDeps {
  commands: Commands;
  queries: Queries;
  inputs: Pick<InputModel, 'receive'>;
  mqtt: MqttPort;
  clock: Clock;
  random: Random;
  log: Log;
}

export type Tree = 'command' | 'query';

/** An answer that came in time, or null. */
export type Reply = { readonly value: unknown } | null;

interface Waiting {
  readonly account: number;
  answer(value: unknown): void;
}

/**
 * IoToad's four trees on the household's broker: `command/` and `query/` ask, `responses/` answers, `data/` tells. The modules
 * `sp_command` and `influx_query` are Hearth's own; whoever subscribes to another module's tree and answers is that module.
 */
export class Exchange {
  readonly #deps: ExchangeDeps;
  readonly #instance: string;
  readonly #waiting = new Map<string, Waiting>();

  constructor(deps: ExchangeDeps) {
    this.#deps = deps;
    this.#instance = deps.random.uuid();
  }

  /** Asks a module. Hearth's own answer themselves, and the question is told on the broker all the same, for hooks. */
  async ask(account: number, tree: Tree, path: string, data: unknown, by: string): Promise<Reply> {
    const { random, mqtt } = this.#deps;
    const reply = `responses/api/${this.#instance}/${random.uuid()}`;
    const own = this.#own(account, tree, path, data, by);
    const come = own === null ? this.#wait(account, reply) : own.then((value) => ({ value }));
    const told = mqtt.publish(account, `${tree}/${path}`, question(data, reply));
    await told.catch((error: unknown) => this.#deps.log.warn({ err: error }, 'a question could not be published'));
    return await come;
  }

  /** Takes what a client of the household published below one of the trees. Resolves when it is done, or kept. */
  async take(account: number, topic: string, payload: Buffer, by: string): Promise<void> {
    const envelope = parseEnvelope(payload);
    if (!envelope) return;
    const [tree = '', ...rest] = topic.split('/');
    if (tree === 'responses') return this.#answered(account, topic, payload);
    if (tree === 'data') return await this.#store(account, envelope.data);
    if (tree !== 'command' && tree !== 'query') return;
    const answer = await this.#own(account, tree, rest.join('/'), envelope.data, by);
    if (answer === null || envelope.reply === null) return;
    await this.#deps.mqtt.publish(account, envelope.reply, JSON.stringify(answer));
  }

  /** Tells hooks what a device that has a place measured: its power and its status. */
  async tell({ account, place, family }: Device, power: number | null, on: boolean | null): Promise<void> {
    const time = this.#deps.clock.now() / 1000;
    const pack = [
      ...(power === null ? [] : formatSenml(`sp_${place}/power`, [{ name: '', unit: 'W', time, value: power }])),
      ...(on === null ? [] : formatSenml(`sp_${place}/status`, [{ name: '', unit: 'S', time, value: on ? 1 : 0 }])),
    ];
    if (pack.length === 0) return;
    await this.#deps.mqtt.publish(account, `data/${family}/influx_data/sp`, JSON.stringify({ data: pack }));
  }

  /** The answer of one of Hearth's own modules; null where the path is another's. */
  #own(account: number, tree: Tree, path: string, data: unknown, by: string): Promise<unknown> | null {
    const slash = path.indexOf('/');
    const [module, rest] = [path.slice(0, slash), path.slice(slash + 1)];
    if (tree === 'command' && module === 'sp_command') return this.#deps.commands.run(account, rest, data, by);
    if (tree === 'query' && module === 'influx_query') return this.#deps.queries.run(account, rest, data);
    return null;
  }

  #wait(account: number, topic: string): Promise<Reply> {
    return new Promise((resolve) => {
      const end = (reply: Reply) => {
        stop();
        this.#waiting.delete(topic);
        resolve(reply);
      };
      const stop = this.#deps.clock.after(ANSWER_MS, () => end(null));
      this.#waiting.set(topic, { account, answer: (value) => end({ value }) });
    });
  }

  /** Only the household that was asked can answer. */
  #answered(account: number, topic: string, payload: Buffer): void {
    const waiting = this.#waiting.get(topic);
    if (waiting?.account === account) waiting.answer(JSON.parse(payload.toString('utf8')));
  }

  /** Each record becomes a reading of the node it names before the last stroke. */
  async #store(account: number, data: unknown): Promise<void> {
    const now = this.#deps.clock.seconds();
    const readings = parseSenml(data, now).flatMap(({ name, time, value }) => {
      if (typeof value === 'string') return [];
      const stroke = name.lastIndexOf('/');
      if (stroke < 1) return [];
      const node = cleanNode(name.slice(0, stroke).replaceAll('/', '_'));
      return [
        { node, time: Math.round(time), values: [[name.slice(stroke + 1), Number(value)]] as [string, number][] },
      ];
    });
    if (readings.length > 0) await this.#deps.inputs.receive(account, readings);
  }
}

/** How long a module has. */
const ANSWER_MS = 12_000;
