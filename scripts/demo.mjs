import { ensureBuild } from './build.mjs';
import { setUp } from './setup.mjs';

setUp();
await ensureBuild();
process.env.NODE_ENV ??= 'production';
// In this very process, so that Ctrl-C is the demo's to end in order.
await import('../build/scripts/demo/main.js');
