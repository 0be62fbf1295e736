// npm run -s coxswain -- <command>: the CLI in a checkout.
import { build } from '../esbuild.mjs';
import { runAgent } from './lib/runAgent.mjs';

await build();
runAgent(process.argv.slice(2));
