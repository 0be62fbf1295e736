import * as z from 'zod';
import type { KubeObject } from '../../objectStore';
import type { Cluster } from '../controller';
import { CHAOS_RESULTS } from './definitions';
import type { LitmusError } from './targets';

export type Verdict = 'Awaited' | 'Pass' | 'Fail' | 'Error' | 'Stopped';

export interface TargetDetails {
  name: string;
  kind: string;
  chaosStatus: 'targeted' | 'injected' | 'reverted';
}

export interface Outcome {
  phase: 'Running' | 'Completed' | 'Error' | 'Stopped';
  verdict: Verdict;
  targets: readonly TargetDetails[];
  error: LitmusError | null;
}

const History = z.object({
  passedRuns: z.number().default(0),
  failedRuns: z.number().default(0),
  stoppedRuns: z.number().default(0),
});
const ResultStatus = z.object({ history: History.prefault({}) });

/** Which of the runs in a result's history an outcome counts as. */
const COUNTED: Partial<Record<Verdict, keyof z.infer<typeof History>>> = {
  Pass: 'passedRuns',
  Fail: 'failedRuns',
  Stopped: 'stoppedRuns',
};

/** Writes what became of an experiment into `<engine>-<experiment>`, which keeps count over all its runs. */
export function writeResult(
  cluster: Cluster,
  engine: KubeObject,
  experiment: string,
  { phase, verdict, targets, error }: Outcome,
): void {
  const result = existingResult(cluster, engine, experiment);
  const { history } = ResultStatus.parse(result.status ?? {});
  const counted = COUNTED[verdict];
  if (counted) history[counted]++;
  cluster.store.update(CHAOS_RESULTS, result.metadata.namespace, result.metadata.name, (draft) => {
    draft.metadata.labels = { ...draft.metadata.labels, chaosUID: engine.metadata.uid };
    draft.status = {
      experimentStatus: {
        phase,
        verdict,
        probeSuccessPercentage: { Pass: '100', Awaited: 'Awaited' }[String(verdict)] ?? '0',
        ...(error && { errorOutput: { errorCode: error.code, reason: error.message } }),
      },
      history: { ...history, targets: [...targets] },
    };
  });
  if (verdict === 'Stopped') return;
  cluster.events.record(result, {
    type: verdict === 'Pass' || verdict === 'Awaited' ? 'Normal' : 'Warning',
    reason: verdict,
    message: `experiment: ${experiment}, Result: ${verdict}`,
    component: experiment,
  });
}

function existingResult({ store }: Cluster, engine: KubeObject, experiment: string): KubeObject {
  const { namespace = '', name, uid } = engine.metadata;
  const resultName = `${name}-${experiment}`;
  return (
    store.get(CHAOS_RESULTS, namespace, resultName) ??
    store.create(CHAOS_RESULTS, {
      apiVersion: 'litmuschaos.io/v1alpha1',
      kind: 'ChaosResult',
      metadata: {
        name: resultName,
        namespace,
        labels: { chaosUID: uid, 'app.kubernetes.io/part-of': 'litmus', name: experiment },
      },
      spec: { engine: name, experiment },
    })
  );
}
