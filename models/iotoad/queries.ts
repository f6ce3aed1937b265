import type { Clock } from '../../lib/clock.ts';
import type { DeviceModel } from '../device.ts';
import type { FeedModel } from '../feed.ts';
import type { InputModel } from '../input.ts';
import { decodeProcessList } from '../process/process-list.ts';
import { formatSenml } from '../senml.ts';
import type { Series } from '../timeseries/series.ts';
import { OPERATIONS, type Row } from './operations.ts';
import { type Question, readQuestion } from './question.ts';
import { isCalled, type Thing, thingsOf } from './thing.ts';

export interface QueriesDeps {
  devices: Pick<DeviceModel, 'list'>;
  inputs: Pick<InputModel, 'list'>;
  feeds: Pick<FeedModel, 'find'>;
  series: Pick<Series, 'meta' | 'scan'>;
  clock: Clock;
}

/** A SenML pack, or everything that was wrong with the question in one text. */
export type Answer = readonly Record<string, string | number>[] | { readonly error: string };

/** Answers what was recorded of the things in the house: `<database>/<measurement>` with IoToad's parameters. */
export class Queries {
  readonly #deps: QueriesDeps;

  constructor(deps: QueriesDeps) {
    this.#deps = deps;
  }

  async run(account: number, path: string, parameters: unknown): Promise<Answer> {
    const question = readQuestion(path, parameters, this.#deps.clock.seconds());
    if ('error' in question) return question;
    const inputs = this.#deps.inputs.list(account);
    const things = thingsOf(this.#deps.devices.list(account), inputs).filter((thing) => isMeant(thing, question));
    if (question.id !== null && things.length === 0) return { error: `id: nothing is called ${question.id}.` };
    const rows: Row[] = [];
    for (const { id, node } of things) {
      const input = inputs.find((one) => one.node === node && question.names.includes(one.name));
      await this.#read(account, id, input?.processList ?? '', question, rows);
      if (rows.length > MOST_ROWS) return { error: `More than ${MOST_ROWS} rows: ask for a shorter time.` };
    }
    rows.sort((a, b) => a.time - b.time);
    const chosen = OPERATIONS.get(question.operation)?.(rows) ?? rows;
    const values = chosen.map(({ id, time, value }) => {
      return { name: id === '' ? '' : `/${id}`, unit: question.unit, time, value };
    });
    return formatSenml(question.measurement, values);
  }

  async #read(account: number, id: string, list: string, { from, to }: Question, rows: Row[]): Promise<void> {
    const { feeds, series } = this.#deps;
    const step = decodeProcessList(list).find(({ key }) => key === 'process__log_to_feed');
    const feed = feeds.find(Number(step?.args[0]));
    if (feed?.account !== account || !series.meta(feed.id)) return;
    await series.scan(feed.id, from, to, (times, values) => {
      for (const [index, value] of values.entries()) {
        const time = times[index];
        if (time === undefined || Number.isNaN(value) || time > to || rows.length > MOST_ROWS) continue;
        rows.push({ id, time, value });
      }
    });
  }
}

const MOST_ROWS = 20_000;

function isMeant({ id, node, place, device }: Thing, question: Question): boolean {
  const { database } = question;
  if (database !== 'sp' && device?.type !== database && device?.family !== database) return false;
  if (question.id !== null) return isCalled({ id, node }, question.id);
  if (question.type !== null && place?.type !== question.type) return false;
  if (question.row !== null && place?.row !== question.row) return false;
  return question.column === null || place?.column === question.column;
}
