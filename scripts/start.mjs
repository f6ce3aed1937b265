import { ensureBuild } from './build.mjs';
import { setUp } from './setup.mjs';

setUp();
await ensureBuild();
process.env.NODE_ENV ??= 'production';
// In this very process, so that signals, arguments and the exit code are the hub's.
await import('../build/app/main.js');
