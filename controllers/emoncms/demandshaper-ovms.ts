import type { Fetch } from '../../models/forecast/ask-source.ts';
import { ForecastError } from '../../models/forecast/forecast-error.ts';
import { type Action, failure, json } from './call.ts';
import { argument } from './demandshaper-forecast.ts';

/** Where OVMS’s server answers. */
const ADDRESS = 'https://dexters-web.de/api/call';

/**
 * `demandshaper/ovms`: what the car told OVMS last. Without a state of charge in the answer it says so: EmonCMS took 20 per cent for it.
 */
export function ovmsAction(fetch: Fetch, address = ADDRESS): Action {
  return async (call) => {
    const [vehicle, pass] = [argument(call, 'vehicleid') ?? '', argument(call, 'carpass') ?? ''];
    if (vehicle === '' || pass === '') return failure('Missing vehicleid or carpass');
    const query = new URLSearchParams({ 'fn.name': 'ovms/export', 'fn.vehicleid': vehicle, 'fn.carpass': pass });
    for (const [name, value] of [
      ['format', 'csv'],
      ['types', 'D,S'],
      ['last', '1'],
    ])
      query.set(`fn.${name}`, value ?? '');
    try {
      const { status, body } = await fetch(`${address}?${query}`, {});
      const columns = status === 200 ? columnsOf(body) : null;
      return columns ? json(columns) : failure('OVMS did not tell the state of charge');
    } catch (error) {
      if (error instanceof ForecastError) return failure('OVMS could not be asked');
      throw error;
    }
  };
}

/** The last row of the CSV by its header; null where it has no state of charge. */
function columnsOf(csv: string): Record<string, unknown> | null {
  const rows = csv.trim().split(/\r?\n/).map(cells);
  const header = rows.find((row) => row.includes('soc'));
  const last = rows.at(-1);
  if (!header || !last || last === header) return null;
  const named = Object.fromEntries(header.map((name, at) => [name, last[at] ?? '']));
  const soc = Number(named.soc);
  if (named.soc?.trim() === '' || !(soc >= 0 && soc <= 100)) return null;
  return { ...named, soc };
}

function cells(row: string): string[] {
  return row.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}
