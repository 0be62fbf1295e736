import * as z from 'zod';
import type { RunningFault } from '../snapshot';
import { chaosIdentity, type FaultRecord } from './fault';
import { type Identified, Meta } from './meta';

const Env = z.array(z.object({ name: z.string(), value: z.unknown() })).nullish();

const ChaosEngine = z.object({
  apiVersion: z.string().default('litmuschaos.io/v1alpha1'),
  metadata: Meta,
  spec: z.object({
    engineState: z.string().nullish(),
    appinfo: z.object({ appns: z.string().nullish(), applabel: z.string().nullish() }).nullish(),
    experiments: z
      .array(
        z.object({
          name: z.string().default(''),
          spec: z.object({ components: z.object({ env: Env }).nullish() }).nullish(),
        }),
      )
      .default([]),
  }),
  status: z
    .object({
      engineStatus: z.string().nullish(),
      experiments: z
        .array(z.object({ name: z.string(), status: z.string().nullish(), verdict: z.string().nullish() }))
        .nullish(),
    })
    .nullish(),
});
type ChaosEngine = z.infer<typeof ChaosEngine>;

const KINDS: Readonly<Record<string, RunningFault['kind']>> = {
  'pod-delete': 'pod-kill',
  'pod-cpu-hog': 'cpu-stress',
  'pod-memory-hog': 'memory-stress',
  'pod-network-latency': 'network-delay',
  'pod-network-loss': 'network-loss',
};

/** A ChaosEngine of LitmusChaos 3. Which pods it hits only its ChaosResult tells. */
export function reduceChaosEngine(object: unknown): FaultRecord {
  const source = ChaosEngine.parse(object);
  const { apiVersion, metadata, spec } = source;
  const { namespace, name, uid } = metadata;
  const [experiment] = spec.experiments;
  const env = experiment?.spec?.components?.env ?? [];
  const seconds = Number(env.find((each) => each.name === 'TOTAL_CHAOS_DURATION')?.value ?? Number.NaN);
  const fault: RunningFault = {
    ...chaosIdentity(metadata),
    kind: spec.experiments.length === 1 ? (KINDS[experiment?.name ?? ''] ?? 'other') : 'other',
    provider: 'litmus',
    resource: { apiVersion, plural: 'chaosengines', namespace, name },
    namespaces: [spec.appinfo?.appns || namespace],
    podLabels: parseLabels(spec.appinfo?.applabel ?? ''),
    pods: [],
    durationMs: Number.isFinite(seconds) ? seconds * 1000 : null,
    state: stateOf(source),
    trouble: troubleOf(source),
  };
  return { namespace, name, uid, fault, parent: null };
}

/** Ways in which an experiment of an engine has not been run, `chaosengine_types.go`. */
const NOT_RUN = new Set(['ChaosExperiment Not Found', 'Skipped']);

function stateOf({ metadata, spec, status }: ChaosEngine): RunningFault['state'] {
  const isOver = status?.engineStatus === 'completed' || status?.engineStatus === 'stopped';
  const experiments = status?.experiments ?? [];
  if (experiments.some((each) => NOT_RUN.has(each.status ?? ''))) return 'failed';
  if (isOver) return 'ended';
  if (metadata.deletionTimestamp || spec.engineState === 'stop') return 'recovering';
  return experiments.some((each) => each.status === 'Running') ? 'running' : 'starting';
}

function troubleOf({ status }: ChaosEngine): string {
  const bad = status?.experiments?.find(
    (each) => NOT_RUN.has(each.status ?? '') || each.verdict === 'Fail' || each.verdict === 'Error',
  );
  if (bad === undefined) return '';
  return NOT_RUN.has(bad.status ?? '') ? `${bad.name}: ${bad.status}` : `${bad.name}: verdict ${bad.verdict}`;
}

/** `a=b,c=d`; sets and negations say nothing that is needed here. */
function parseLabels(text: string): Record<string, string> {
  const pairs = text.split(',').map((part) => part.trim().split(/==?/));
  return Object.fromEntries(
    pairs.filter((pair): pair is [string, string] => pair.length === 2 && pair[0] !== ''),
  );
}

/** What a ChaosResult adds to its engine. */
export interface ChaosResultRecord extends Identified {
  engine: string;
  /** Pods that were hit, or are to be. */
  pods: readonly string[];
  /** Whether the fault is in one of them now; null where the result does not tell. */
  injected: boolean | null;
  trouble: string;
}

const ChaosResult = z.object({
  metadata: Meta,
  spec: z.looseObject({ engine: z.string().default('') }).default({ engine: '' }),
  status: z
    .looseObject({
      experimentStatus: z
        .object({
          verdict: z.string().nullish(),
          failStep: z.string().nullish(),
          failureOutput: z
            .object({ errorCode: z.string().nullish(), failedStep: z.string().nullish() })
            .nullish(),
          errorOutput: z.object({ errorCode: z.string().nullish(), reason: z.string().nullish() }).nullish(),
        })
        .nullish(),
      history: z
        .object({
          targets: z
            .array(
              z.object({
                name: z.string().default(''),
                kind: z.string().default(''),
                chaosStatus: z.string().default(''),
              }),
            )
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

/** Throws ZodError on what is not a ChaosResult. */
export function reduceChaosResult(object: unknown): ChaosResultRecord {
  const { metadata, spec, status } = ChaosResult.parse(object);
  const { namespace, name, uid } = metadata;
  const targets = [...(status?.history?.targets ?? []), ...annotatedTargets(metadata)];
  const pods = targets.filter(({ kind }) => kind.toLowerCase() === 'pod').map((target) => target.name);
  const { verdict, failStep, failureOutput, errorOutput } = status?.experimentStatus ?? {};
  const why = errorOutput?.reason ?? failureOutput?.failedStep ?? failStep;
  const failed = verdict === 'Fail' || verdict === 'Error';
  return {
    namespace,
    name,
    uid,
    engine: spec.engine,
    pods: [...new Set(pods)],
    injected: targets.length === 0 ? null : targets.some(({ chaosStatus }) => chaosStatus === 'injected'),
    trouble: failed ? `verdict ${verdict}${why && why !== 'N/A' ? `: ${why}` : ''}` : '',
  };
}

/** While a fault lasts its targets stand in annotations, `pod/<name>: injected`; `GetChaosStatus` of litmus-go. */
function annotatedTargets({ annotations }: Meta): { name: string; kind: string; chaosStatus: string }[] {
  return Object.entries(annotations).flatMap(([key, chaosStatus]) => {
    const [kind = '', name = ''] = key.split('/');
    return ['injected', 'reverted', 'targeted'].includes(chaosStatus) ? [{ name, kind, chaosStatus }] : [];
  });
}

/** The fault with what its result tells. An engine that runs has injected nothing before its result says so. */
export function withResult(fault: RunningFault, result: ChaosResultRecord | undefined): RunningFault {
  if (result === undefined) return fault;
  const waits = fault.state === 'running' && result.injected === false;
  return {
    ...fault,
    pods: result.pods,
    state: waits ? 'starting' : fault.state,
    trouble: result.trouble || fault.trouble,
  };
}
