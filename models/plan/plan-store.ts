import type { Database } from '../database.ts';
import { stored } from '../directory.ts';
import type { ForecastUnit } from '../forecast/forecast.ts';
import type { Impossible, Plan, Problem } from '../planner/problem.ts';
import type { Cause } from './replan.ts';
import { parseRunState, type Run, type RunState } from './run-state.ts';
import type { Reason } from './wanted.ts';

/** A plan with all that it was made from, so that it can be made and checked again. */
export interface MadePlan {
  readonly cause: Cause;
  readonly problem: Problem;
  readonly plan: Plan;
  readonly impossible: Impossible | null;
  readonly unit: ForecastUnit;
  readonly powerW: number | null;
}

/** What was decided of a device at a moment. */
export interface Decision {
  /** Unix seconds. */
  readonly at: number;
  readonly reason: Reason | null;
  readonly made: MadePlan | null;
}

/** Decisions that are kept of a device. */
const MOST = 1000;
const PRUNE_EVERY = 50;
/** A moment's reason is among so many decisions before it. */
const LOOK_BACK = 50;

/** What plans keep in MySQL: few rows, written when something changed. */
export class PlanStore {
  readonly #db: Database;
  readonly #since = new Map<number, number>();

  constructor({ db }: { db: Database }) {
    this.#db = db;
  }

  async states(): Promise<RunState[]> {
    const rows = await stored(() => this.#db.selectFrom('plan_states').selectAll().execute());
    return rows.map(({ body }) => parseRunState(JSON.parse(body)));
  }

  async keep(state: RunState): Promise<void> {
    const { device, account } = state;
    const body = JSON.stringify(state);
    const insert = this.#db.insertInto('plan_states').values({ device, account, body });
    await stored(() => insert.onDuplicateKeyUpdate({ account, body }).execute());
  }

  async decided(account: number, device: number, { at, ...rest }: Decision): Promise<void> {
    const row = { account, device, at, body: JSON.stringify(rest) };
    await stored(() => this.#db.insertInto('plan_decisions').values(row).execute());
    const added = (this.#since.get(device) ?? 0) + 1;
    this.#since.set(device, added % PRUNE_EVERY);
    if (added >= PRUNE_EVERY) await this.#prune(device);
  }

  /** What held at a moment: the newest reason and the newest plan before it; null where nothing is known. */
  async decisionAt(device: number, at: number): Promise<Decision | null> {
    const select = this.#db
      .selectFrom('plan_decisions')
      .select(['at', 'body'])
      .where('device', '=', device)
      .where('at', '<=', at)
      .orderBy('id', 'desc')
      .limit(LOOK_BACK);
    const rows = await stored(() => select.execute());
    const all = rows.map(
      (row): Decision => ({ ...(JSON.parse(row.body) as Omit<Decision, 'at'>), at: Number(row.at) }),
    );
    const [newest] = all;
    if (!newest) return null;
    const reason = all.find((one) => one.reason !== null)?.reason ?? null;
    return { at: newest.at, reason, made: all.find(({ made }) => made !== null)?.made ?? null };
  }

  /** Keeps a run that is over. */
  async finished(account: number, device: number, run: Run): Promise<void> {
    const body = JSON.stringify(run);
    const insert = this.#db.insertInto('plan_runs').values({ account, device, ready_by: run.readyBy, body });
    await stored(() => insert.onDuplicateKeyUpdate({ body }).execute());
  }

  /** The runs with a deadline in [from, to). */
  async runs(account: number, from: number, to: number): Promise<{ device: number; run: Run }[]> {
    const select = this.#db
      .selectFrom('plan_runs')
      .select(['device', 'body'])
      .where('account', '=', account)
      .where('ready_by', '>=', from)
      .where('ready_by', '<', to)
      .orderBy('ready_by');
    const rows = await stored(() => select.execute());
    return rows.map(({ device, body }) => ({ device: Number(device), run: JSON.parse(body) as Run }));
  }

  /** Forgets a device. */
  async forget(device: number): Promise<void> {
    for (const table of ['plan_states', 'plan_decisions', 'plan_runs'] as const)
      await stored(() => this.#db.deleteFrom(table).where('device', '=', device).execute());
  }

  async #prune(device: number): Promise<void> {
    const oldest = this.#db
      .selectFrom('plan_decisions')
      .select('id')
      .where('device', '=', device)
      .orderBy('id', 'desc')
      .offset(MOST - 1)
      .limit(1);
    const row = await stored(() => oldest.executeTakeFirst());
    if (!row) return;
    const surplus = this.#db.deleteFrom('plan_decisions').where('device', '=', device).where('id', '<', row.id);
    await stored(() => surplus.execute());
  }
}
