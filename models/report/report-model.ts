import type { Clock } from '../../lib/clock.ts';
import type { CostModel } from '../cost/cost-model.ts';
import type { Database } from '../database.ts';
import { stored } from '../directory.ts';
import { type Due, dues, REPORT_KINDS, type ReportKind } from './due.ts';
import { type Report, type ReportBody, reportBody } from './report.ts';
import { fileReport, type ReportFilesDeps } from './report-files.ts';
import { NO_REPORTS, type ReportSettings, reportSettingsSchema } from './report-settings.ts';

export interface ReportDeps extends ReportFilesDeps {
  readonly db: Database;
  readonly costs: Pick<CostModel, 'costs' | 'quality' | 'zoneOf'>;
  readonly clock: Clock;
}

interface Wanted {
  readonly settings: ReportSettings;
  /** Unix seconds; what fell due before is not made. */
  readonly since: number;
}

/** Every household's reports: when they are wanted, and those that were made. */
export class ReportModel {
  readonly #deps: ReportDeps;
  readonly #wanted = new Map<number, Wanted>();

  constructor(deps: ReportDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    const rows = await stored(() => this.#deps.db.selectFrom('report_settings').selectAll().execute());
    this.#wanted.clear();
    for (const { account, body, since } of rows)
      this.#wanted.set(Number(account), { settings: reportSettingsSchema.parse(JSON.parse(body)), since });
  }

  settings(account: number): ReportSettings {
    return this.#wanted.get(account)?.settings ?? NO_REPORTS;
  }

  /** From now on; what fell due before is not made up for. */
  async setSettings(account: number, settings: ReportSettings): Promise<void> {
    const row = { body: JSON.stringify(settings), since: this.#deps.clock.seconds() };
    const insert = this.#deps.db.insertInto('report_settings').values({ account, ...row });
    await stored(() => insert.onDuplicateKeyUpdate(row).execute());
    this.#wanted.set(account, { settings, since: row.since });
  }

  /** The newest first. */
  async list(account: number, most = 100): Promise<Report[]> {
    const query = this.#deps.db.selectFrom('reports').selectAll().where('account', '=', account);
    const rows = await stored(() => query.orderBy('ends', 'desc').orderBy('id', 'desc').limit(most).execute());
    return rows.map(reportOf);
  }

  async find(account: number, id: number): Promise<Report | undefined> {
    const query = this.#deps.db.selectFrom('reports').selectAll().where('account', '=', account).where('id', '=', id);
    const row = await stored(() => query.executeTakeFirst());
    return row && reportOf(row);
  }

  /**
   * Makes every report that has fallen due and is not there, each exactly once however often the hub was down: what a crash left
   * between MySQL and the text files is finished here too.
   */
  async makeDue(): Promise<number> {
    let made = 0;
    await this.#finish();
    const now = this.#deps.clock.seconds() - GRACE_S;
    for (const [account, { settings, since }] of this.#wanted)
      for (const kind of REPORT_KINDS) {
        const after = Math.max(since, await this.#newest(account, kind));
        for (const due of dues(kind, settings, this.#deps.costs.zoneOf(account), after, now))
          if (await this.#make(account, due)) made += 1;
      }
    return made;
  }

  async #make(account: number, due: Due): Promise<boolean> {
    const { db, costs, clock } = this.#deps;
    const found = await costs.costs(account, { from: due.start, to: due.end, by: 'all' });
    if (!found) return false;
    const body = reportBody(due, found, await costs.quality(account, [due.start, due.end]));
    const row = {
      account,
      kind: due.kind,
      begins: due.start,
      ends: due.end,
      made: clock.seconds(),
      filed: 0,
      body: JSON.stringify(body),
    };
    await stored(() => db.insertInto('reports').ignore().values(row).execute());
    await this.#finish();
    return true;
  }

  /** Files what is in MySQL and not yet in the text files. */
  async #finish(): Promise<void> {
    const { db } = this.#deps;
    const query = db.selectFrom('reports').selectAll().where('filed', '=', 0).orderBy('ends').orderBy('id');
    for (const row of await stored(() => query.execute())) {
      await fileReport(this.#deps, reportOf(row));
      await stored(() => db.updateTable('reports').set({ filed: 1 }).where('id', '=', row.id).execute());
    }
  }

  async #newest(account: number, kind: ReportKind): Promise<number> {
    const query = this.#deps.db.selectFrom('reports').select('ends').where('account', '=', account);
    const row = await stored(() => query.where('kind', '=', kind).orderBy('ends', 'desc').limit(1).executeTakeFirst());
    return row?.ends ?? 0;
  }
}

/** A report waits so long for the last readings of its time. */
const GRACE_S = 60;

interface Row {
  readonly id: number;
  readonly account: number;
  readonly kind: string;
  readonly begins: number;
  readonly ends: number;
  readonly made: number;
  readonly body: string;
}

function reportOf({ id, account, kind, begins, ends, made, body }: Row): Report {
  const parsed = JSON.parse(body) as ReportBody;
  return { id, account, kind: kind as ReportKind, start: begins, end: ends, made, body: parsed };
}
