import * as z from 'zod';
import { goDurationMs } from '../goDuration';
import { MANAGED_BY, MANAGER, RUN_ID } from '../labels';
import type { RunningFault } from '../snapshot';
import { Condition, type Identified, Labels, Meta, timeMs } from './meta';

/** The kinds of Chaos Mesh that do something to pods. */
export const CHAOS_PLURALS = [
  'podchaos',
  'stresschaos',
  'networkchaos',
  'httpchaos',
  'dnschaos',
  'iochaos',
  'timechaos',
] as const;
export type ChaosPlural = (typeof CHAOS_PLURALS)[number];

export interface FaultRecord extends Identified {
  fault: RunningFault;
  /** The Schedule or Workflow that has made it. */
  parent: { plural: 'schedules' | 'workflows'; name: string } | null;
}

const ChaosSpec = z.object({
  action: z.string().nullish(),
  abort: z.boolean().nullish(),
  delay: z.unknown().optional(),
  duration: z.string().nullish(),
  selector: z
    .object({ namespaces: z.array(z.string()).nullish(), labelSelectors: Labels })
    .default({ labelSelectors: {} }),
  stressors: z.object({ cpu: z.looseObject({}).nullish(), memory: z.looseObject({}).nullish() }).nullish(),
});

const ChaosObject = z.object({
  apiVersion: z.string().default('chaos-mesh.org/v1alpha1'),
  metadata: Meta,
  spec: ChaosSpec,
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
                events: z
                  .array(z.object({ operation: z.string(), type: z.string(), message: z.string().nullish() }))
                  .nullish(),
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
      ...chaosIdentity(metadata),
      kind: kindOf(plural, spec),
      provider: 'chaos-mesh',
      resource: { apiVersion, plural, namespace, name },
      namespaces: spec.selector.namespaces?.length ? spec.selector.namespaces : [namespace],
      podLabels: spec.selector.labelSelectors,
      pods: [...new Set(pods)],
      durationMs: spec.duration ? goDurationMs(spec.duration) : null,
      state: stateOf(plural, source),
      trouble: failureOf(status),
    };
    return { namespace, name, uid, fault, parent: parentOf(metadata) };
  };
}

/** What a Schedule or a template of a Workflow holds: `podChaos: {…}` and its like; the first one of them, or null. */
export function embeddedChaos(
  holder: Readonly<Record<string, unknown>>,
): Pick<RunningFault, 'kind' | 'podLabels'> | null {
  for (const [key, value] of Object.entries(holder)) {
    const plural = CHAOS_PLURALS.find((each) => each === key.toLowerCase());
    const spec = ChaosSpec.safeParse(value).data;
    if (plural && spec) return { kind: kindOf(plural, spec), podLabels: spec.selector.labelSelectors };
  }
  return null;
}

/** What every object of a chaos tool says of itself in the same way. */
export function chaosIdentity({
  uid,
  labels,
  creationTimestamp,
}: Meta): Pick<RunningFault, 'id' | 'ours' | 'runId' | 'createdAtMs' | 'native'> {
  return {
    id: uid,
    ours: labels[MANAGED_BY] === MANAGER,
    runId: labels[RUN_ID] ?? null,
    createdAtMs: timeMs(creationTimestamp) ?? 0,
    native: null,
  };
}

const WORKFLOW_LABEL = 'chaos-mesh.org/workflow';

/** `pkg/workflow/controllers` and `controllers/schedule` of Chaos Mesh. */
function parentOf({ labels, ownerReferences }: Meta): FaultRecord['parent'] {
  const workflow = labels[WORKFLOW_LABEL];
  if (workflow !== undefined) return { plural: 'workflows', name: workflow };
  const schedule = ownerReferences?.find(({ kind }) => kind === 'Schedule');
  return schedule ? { plural: 'schedules', name: schedule.name } : null;
}

const POD_KINDS: Readonly<Record<string, RunningFault['kind']>> = {
  'pod-kill': 'pod-kill',
  'pod-failure': 'pod-failure',
  'container-kill': 'container-kill',
};
const NETWORK_KINDS: Readonly<Record<string, RunningFault['kind']>> = {
  delay: 'network-delay',
  loss: 'network-loss',
  partition: 'network-partition',
  bandwidth: 'network-bandwidth',
};
const IO_KINDS: Readonly<Record<string, RunningFault['kind']>> = { latency: 'io-delay', fault: 'io-error' };

/** What does several things at once is none of our kinds. */
function kindOf(plural: ChaosPlural, spec: ChaosObject['spec']): RunningFault['kind'] {
  const action = spec.action ?? '';
  switch (plural) {
    case 'podchaos':
      return POD_KINDS[action] ?? 'other';
    case 'networkchaos':
      return NETWORK_KINDS[action] ?? 'other';
    case 'iochaos':
      return IO_KINDS[action] ?? 'other';
    case 'dnschaos':
      return 'dns-error';
    case 'timechaos':
      return 'time-skew';
    case 'httpchaos':
      return either(spec.abort === true, 'http-abort', typeof spec.delay === 'string', 'http-delay');
    case 'stresschaos':
      return either(!!spec.stressors?.cpu, 'cpu-stress', !!spec.stressors?.memory, 'memory-stress');
  }
}

function either<Kind extends string>(isFirst: boolean, first: Kind, isSecond: boolean, second: Kind) {
  if (isFirst === isSecond) return 'other' as const;
  return isFirst ? first : second;
}

/** Killed pods and containers stay killed: once injected there is nothing left to recover. */
const ONE_SHOT = new Set(['pod-kill', 'container-kill']);

function stateOf(plural: ChaosPlural, { metadata, spec, status }: ChaosObject): RunningFault['state'] {
  const is = (type: string) =>
    status.conditions?.some((each) => each.type === type && each.status === 'True') ?? false;
  const oneShot = plural === 'podchaos' && ONE_SHOT.has(spec.action ?? '');
  if (oneShot && is('AllInjected')) return 'ended';
  if (metadata.deletionTimestamp) return is('AllRecovered') ? 'ended' : 'recovering';
  if (is('Paused')) return is('AllRecovered') ? 'paused' : 'recovering';
  if (status.experiment.desiredPhase === 'Stop') return is('AllRecovered') ? 'ended' : 'recovering';
  if (is('AllInjected')) return 'running';
  return failureOf(status) === '' ? 'starting' : 'failed';
}

/** What the latest attempt on a target failed with; empty where none did. */
function failureOf({ experiment }: ChaosObject['status']): string {
  const failed = (experiment.containerRecords ?? []).flatMap(({ id, events }) => {
    const last = events?.at(-1);
    return last?.type === 'Failed' ? [`${id}: ${last.message ?? `${last.operation} failed`}`] : [];
  });
  return failed[0] ?? '';
}
