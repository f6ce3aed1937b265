import { compareLines } from './lines/compare.ts';
import { startVictoria } from './lines/peer.ts';

// Hearth's `POST /write` beside VictoriaMetrics, where Debian's package `victoria-metrics` is installed.
process.exitCode = await compareLines('VictoriaMetrics', startVictoria);
