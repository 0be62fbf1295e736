// What a thread of a RolloutPool runs: dist/rolloutWorker.cjs.
import { createEnv } from './environments';
import { serveRollouts } from './rolloutServer';

serveRollouts(createEnv);
