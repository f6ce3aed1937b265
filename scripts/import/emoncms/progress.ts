import type { Progress } from '../../../models/import/take-over.ts';

const WIDTH = 30;
/** Without a terminal a line comes at each of these shares. */
const LINES = 10;

/** Shows how far the work has come: on a terminal one line that moves, else now and then a line. */
export function createProgress(out: NodeJS.WriteStream): Progress & { end(): void } {
  let name = '';
  let shown = -1;
  let open = false;
  const end = () => {
    if (open) out.write('\n');
    open = false;
  };
  return {
    step(next) {
      end();
      name = next;
      shown = -1;
      out.write(`${next}\n`);
    },
    bytes(done, of) {
      const share = of === 0 ? 1 : done / of;
      const steps = Math.floor(share * (out.isTTY ? 1000 : LINES));
      if (steps === shown) return;
      shown = steps;
      if (!out.isTTY) {
        out.write(`${name}: ${megabytes(done)} of ${megabytes(of)} MB\n`);
        return;
      }
      const full = Math.round(share * WIDTH);
      const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
      out.write(`\r${bar} ${(share * 100).toFixed(1).padStart(5)} %  ${megabytes(done)} of ${megabytes(of)} MB `);
      open = true;
    },
    end,
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
