import * as z from 'zod';
import { goDurationMs } from '../goDuration';
import { MANAGED_BY } from '../labels';
import type { RunningFault } from '../snapshot';
import { Condition, type Identified, Labels, Meta, timeMs } from './meta';

export type ChaosPlural = 'podchaos' | 'stresschaos' | 'networkchaos';

export interface FaultRecord extends Identified {
  fault: RunningFault;
}

const ChaosObject = z.object({
  apiVersion: z.string().default('chaos-mesh.org/v1alpha1'),
  metadata: Meta,
  spec: z.object({
    action: z.string().nullish(),
    duration: z.string().nullish(),
    selector: z
      .object({ namespaces: z.array(z.string()).nullish(), labelSelectors: Labels })
      .default({ labelSelectors: {} }),
    stressors: z.object({ cpu: z.looseObject({}).nullish(), memory: z.looseObject({}).nullish() }).nullish(),
  }),
  status: z
    .object({
      conditions: z.array(Condition).nullish(),
      experiment: z
        .object({
          desiredPhase: z.string().nullish(),
          containerRecords: z
            .array(
              z.object({
                /** `namespace/pod` or `namespace/pod/container`. */
                id: z.string(),
                events: z.array(z.object({ operation: z.string(), type: z.string() })).nullish(),
              }),
            )
            .nullish(),
        })
        .default({}),
    })
    .default({ experiment: {} }),
});
type ChaosObject = z.infer<typeof ChaosObject>;

/** Makes the reducer of one kind of Chaos Mesh resource, version 2.8. */
export function reduceChaos(plural: ChaosPlural): (object: unknown) => FaultRecord {
  return (object) => {
    const source = ChaosObject.parse(object);
    const { metadata, spec, status, apiVersion } = source;
    const { namespace, name, uid } = metadata;
    const pods = (status.experiment.containerRecords ?? []).flatMap(({ id }) => id.split('/')[1] ?? []);
    const fault: RunningFault = {
      id: uid,
      kind: kindOf(plural, spec),
      resource: { apiVersion, plural, namespace, name },
      ours: metadata.labels[MANAGED_BY] === 'coxswain',
      namespaces: spec.selector.namespaces?.length ? spec.selector.namespaces : [namespace],
      podLabels: spec.selector.labelSelectors,
      pods: [...new Set(pods)],
      createdAtMs: timeMs(metadata.creationTimestamp) ?? 0,
      durationMs: spec.duration ? goDurationMs(spec.duration) : null,
      state: stateOf(plural, source),
    };
    return { namespace, name, uid, fault };
  };
}

function kindOf(plural: ChaosPlural, { action, stressors }: ChaosObject['spec']): RunningFault['kind'] {
  if (plural === 'podchaos') return action === 'pod-kill' ? 'pod-kill' : 'other';
  if (plural === 'networkchaos') return action === 'delay' ? 'network-delay' : 'other';
  if (stressors?.cpu && !stressors.memory) return 'cpu-stress';
  return stressors?.memory && !stressors.cpu ? 'memory-stress' : 'other';
}

/** Killed pods and containers stay killed: once injected there is nothing left to recover. */
const ONE_SHOT = new Set(['pod-kill', 'container-kill']);

function stateOf(plural: ChaosPlural, { metadata, spec, status }: ChaosObject): RunningFault['state'] {
  const is = (type: string) =>
    status.conditions?.some((each) => each.type === type && each.status === 'True');
  const injected = is('AllInjected') ?? false;
  const oneShot = plural === 'podchaos' && ONE_SHOT.has(spec.action ?? '');
  if (oneShot && injected) return 'ended';
  const stopping = metadata.deletionTimestamp || is('Paused') || status.experiment.desiredPhase === 'Stop';
  if (stopping) return is('AllRecovered') ? 'ended' : 'recovering';
  if (injected) return 'running';
  return hasFailed(status) ? 'failed' : 'starting';
}

/** Whether the latest attempt on any target failed. */
function hasFailed({ experiment }: ChaosObject['status']): boolean {
  return (experiment.containerRecords ?? []).some(({ events }) => events?.at(-1)?.type === 'Failed');
}
