import { parentPort, workerData } from 'node:worker_threads';
import type { EnvSpec } from '../rl/algorithms/collector';
import { RolloutActor } from '../rl/algorithms/rolloutActor';
import { emptyRollout, transferList } from '../rl/algorithms/rolloutArrays';
import type { Env } from '../rl/env/env';
import { type RolloutJob, type RolloutReply, type RolloutTask, toFailure } from './rolloutMessages';

/** A worker's life: it begins where its task says, and does one job after the other. */
export function serveRollouts(createEnv: (env: EnvSpec) => Env): void {
  const port = parentPort;
  if (!port) throw new Error('this is no worker thread');
  const reply = (message: RolloutReply, transfer: readonly ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  const orFailed = (work: () => void) => {
    try {
      work();
    } catch (error) {
      reply({ kind: 'failed', failure: toFailure(error) });
    }
  };

  orFailed(() => {
    const { spec, envs, state }: RolloutTask = workerData;
    const actor = new RolloutActor(spec, envs, createEnv);
    if (state) actor.restore(state);
    reply({ kind: 'ready', state: actor.save() });
    port.on('message', ({ request, spare }: RolloutJob) =>
      orFailed(() => {
        const rollout = spare ?? emptyRollout(actor.shape);
        actor.collect(request, rollout);
        reply({ kind: 'collected', rollout, state: actor.save() }, transferList(rollout));
      }),
    );
  });
}
