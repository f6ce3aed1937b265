import type { BillRow, Line } from '../cost/bill.ts';
import type { Costs } from '../cost/cost-model.ts';
import type { Quality } from '../cost/quality.ts';
import { milligrams, rounded, shared, sharedMilligrams } from '../tariff/money.ts';
import type { Due, ReportKind } from './due.ts';

/** What one device, the rest or the house used in the time of a report. */
export interface ReportLine {
  /** Null: the rest, or the house. */
  readonly device: number | null;
  readonly name: string;
  readonly kWh: number;
  /** Millionths of the currency's main unit. */
  readonly cost: number;
  /** Grams of CO2. */
  readonly grams: number;
  /** Per cent, as models/cost/quality.ts has them; null where they are not known. */
  readonly failed: number | null;
  readonly missing: number | null;
  readonly invalid: number | null;
  readonly powerOns: number | null;
}

/** A report as it was made; what changes later does not change it. */
export interface Report {
  readonly id: number;
  readonly account: number;
  readonly kind: ReportKind;
  readonly start: number;
  readonly end: number;
  /** Unix seconds. */
  readonly made: number;
  readonly body: ReportBody;
}

export interface ReportBody {
  readonly currency: string;
  readonly zone: string;
  readonly devices: readonly ReportLine[];
  readonly rest: ReportLine;
  readonly house: ReportLine;
  readonly standing: number;
}

/** What the bill and the devices' quality come to. */
export function reportBody({ start, end }: Due, costs: Costs, qualities: readonly Quality[]): ReportBody {
  const { total, devices, tariff, zone } = costs;
  const parts = [...total.devices, total.rest];
  const money = shared(parts.map(({ cost }) => cost));
  const carbon = sharedMilligrams(parts.map((part) => part.carbon));
  const line = (at: number, device: number | null, name: string, part: Line, quality?: Quality): ReportLine => ({
    device,
    name,
    kWh: part.joules / JOULES_A_KWH,
    cost: money[at] ?? rounded(part.cost),
    grams: (carbon[at] ?? milligrams(part.carbon)) / 1000,
    failed: quality?.failed ?? null,
    missing: quality ? quality.missing : silent(part, end - start),
    invalid: quality?.invalid ?? null,
    powerOns: quality?.powerOns?.[0] ?? null,
  });
  return {
    currency: tariff.currency,
    zone,
    devices: devices.map(({ id, name }, at) => {
      const quality = qualities.find(({ device }) => device === id);
      return line(at, id, name, lineAt(total, at), quality);
    }),
    rest: line(devices.length, null, 'rest', total.rest),
    house: line(-1, null, 'house', total.house),
    standing: rounded(total.standing),
  };
}

function lineAt({ devices }: BillRow, at: number): Line {
  return devices[at] as Line;
}

/** Per cent of the time that nobody measured. */
function silent({ missing }: Line, seconds: number): number | null {
  return seconds > 0 ? Math.round((missing / seconds) * 1000) / 10 : null;
}

const JOULES_A_KWH = 3_600_000;
