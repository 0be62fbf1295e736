// npm start: the embedded cluster, its demo app under load, the agent and the dashboard.
import { build } from '../esbuild.mjs';
import { runAgent } from './lib/runAgent.mjs';

await build();
runAgent(['demo', ...process.argv.slice(2)]);
