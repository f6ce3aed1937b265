import { makeHouse, recordNodes } from '../ingest/house.ts';
import { startBenchHub } from '../shared/hub.ts';
import { compareRates, figure, rate } from '../shared/ratio.ts';
import type { Peer } from './peer.ts';
import { linesFrom, METERS } from './points.ts';

const MOMENTS = 500;
const MS = 2000;
const AT_ONCE = 4;
const DAY = 86_400;

/**
 * Uploads the same line protocol to Hearth and to the peer, turn by turn; each of Hearth's inputs is logged to a feed.
 * Returns the exit code: 0 also where the peer is not installed, which is then said.
 */
export async function compareLines(name: string, starting: () => Promise<Peer | null>): Promise<number> {
  const peer = await starting();
  if (!peer) {
    console.log(`${name} is not installed here (Debian has a package of it), so there is nothing to compare with`);
    return 0;
  }
  const hub = await startBenchHub();
  try {
    const { key } = await makeHouse(hub.http, []);
    await recordNodes(
      hub.http,
      key,
      Array.from({ length: METERS }, (_, meter) => `meter${meter}`),
    );
    const ours = uploads(`${hub.http}/write?db=bench&precision=s&apikey=${key}`);
    const theirs = uploads(peer.write);
    const found = await compareRates(
      () => rate(MS, ours),
      () => rate(MS, theirs),
    );
    console.log(
      `line protocol, ${MOMENTS * METERS} points an upload: Hearth ${figure(found.ours)} points/s, ${peer.name} ${figure(found.theirs)} points/s, ratio ${found.ratio.toFixed(2)}`,
    );
    return found.ratio >= 1 ? 0 : 1;
  } finally {
    await Promise.all([hub.stop(), peer.stop()]);
  }
}

/** Each upload goes on in time where the one before ended. */
function uploads(url: string): () => Promise<number> {
  let start = Math.floor(Date.now() / 1000) - 4000 * DAY;
  return async () => {
    const bodies = Array.from({ length: AT_ONCE }, (_, index) => linesFrom(start + index * MOMENTS * 10, MOMENTS));
    start += AT_ONCE * MOMENTS * 10;
    for (const { status } of await Promise.all(bodies.map((body) => fetch(url, { method: 'POST', body })))) {
      if (status !== 204) throw new Error(`${url} answered ${status}`);
    }
    return AT_ONCE * MOMENTS * METERS;
  };
}
