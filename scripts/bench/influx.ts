import { compareLines } from './lines/compare.ts';
import { startInflux } from './lines/peer.ts';

// Hearth's `POST /write` beside InfluxDB 1.6, where Debian's package `influxdb` is installed.
process.exitCode = await compareLines('InfluxDB', startInflux);
