import * as z from 'zod';
import type { ResourceType } from '../../objectStore';

export const CHAOS_GROUP = 'chaos-mesh.org';

export const chaosType = (plural: string): ResourceType => ({
  group: CHAOS_GROUP,
  version: 'v1alpha1',
  plural,
});
export const POD_CHAOS = chaosType('podchaos');
export const STRESS_CHAOS = chaosType('stresschaos');
export const NETWORK_CHAOS = chaosType('networkchaos');
export const HTTP_CHAOS = chaosType('httpchaos');
export const DNS_CHAOS = chaosType('dnschaos');
export const IO_CHAOS = chaosType('iochaos');
export const TIME_CHAOS = chaosType('timechaos');

export const SelectionMode = z.enum(['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent']);
export type SelectionMode = z.infer<typeof SelectionMode>;

const Labels = z.record(z.string(), z.string());
export const PodSelector = z.object({
  namespaces: z.array(z.string()).optional(),
  labelSelectors: Labels.optional(),
  annotationSelectors: Labels.optional(),
  expressionSelectors: z
    .array(
      z.object({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).default([]),
      }),
    )
    .optional(),
  fieldSelectors: Labels.optional(),
  nodes: z.array(z.string()).optional(),
  nodeSelectors: Labels.optional(),
  podPhaseSelectors: z.array(z.string()).optional(),
  /** Names of pods by namespace. */
  pods: z.record(z.string(), z.array(z.string())).optional(),
});
export type PodSelector = z.infer<typeof PodSelector>;

const targets = { selector: PodSelector, mode: SelectionMode, value: z.string().optional() };
const common = {
  ...targets,
  duration: z.string().optional(),
  /** For the kinds that act on containers; the first one where absent. */
  containerNames: z.array(z.string()).optional(),
};

export const PodChaosSpec = z.object({
  ...common,
  action: z.enum(['pod-kill', 'pod-failure', 'container-kill']),
  gracePeriod: z.int().min(0).default(0),
});
export type PodChaosSpec = z.infer<typeof PodChaosSpec>;

export const StressChaosSpec = z.object({
  ...common,
  stressors: z
    .object({
      cpu: z.object({ workers: z.int().min(0), load: z.int().min(0).max(100).default(100) }).optional(),
      memory: z.object({ workers: z.int().min(0), size: z.string().optional() }).optional(),
    })
    .default({}),
});
export type StressChaosSpec = z.infer<typeof StressChaosSpec>;

export const NetworkChaosSpec = z.object({
  ...common,
  action: z.enum(['netem', 'delay', 'loss', 'duplicate', 'corrupt', 'partition', 'bandwidth']),
  delay: z.object({ latency: z.string(), jitter: z.string().default('0ms') }).optional(),
  loss: z.object({ loss: z.string() }).optional(),
  corrupt: z.object({ corrupt: z.string() }).optional(),
  duplicate: z.object({ duplicate: z.string() }).optional(),
  bandwidth: z.object({ rate: z.string(), limit: z.int().min(1), buffer: z.int().min(1) }).optional(),
  direction: z.enum(['to', 'from', 'both']).default('to'),
  target: z.object(targets).optional(),
  externalTargets: z.array(z.string()).optional(),
});
export type NetworkChaosSpec = z.infer<typeof NetworkChaosSpec>;

export const HttpChaosSpec = z.object({
  ...common,
  target: z.enum(['Request', 'Response']),
  port: z.int().optional(),
  path: z.string().default('*'),
  method: z.string().optional(),
  code: z.int().optional(),
  request_headers: z.record(z.string(), z.string()).optional(),
  response_headers: z.record(z.string(), z.string()).optional(),
  abort: z.boolean().default(false),
  delay: z.string().optional(),
  replace: z.object({ code: z.int().optional() }).optional(),
  patch: z.unknown().optional(),
});
export type HttpChaosSpec = z.infer<typeof HttpChaosSpec>;

export const DnsChaosSpec = z.object({
  ...common,
  action: z.enum(['error', 'random']),
  patterns: z.array(z.string()).optional(),
});
export type DnsChaosSpec = z.infer<typeof DnsChaosSpec>;

export const IoChaosSpec = z.object({
  ...common,
  action: z.enum(['latency', 'fault', 'attrOverride', 'mistake']),
  volumePath: z.string(),
  delay: z.string().optional(),
  errno: z.int().optional(),
  percent: z.int().min(0).max(100).default(100),
});
export type IoChaosSpec = z.infer<typeof IoChaosSpec>;

export const TimeChaosSpec = z.object({ ...common, timeOffset: z.string() });
export type TimeChaosSpec = z.infer<typeof TimeChaosSpec>;

/** Any of the experiments, for what they have in common. */
export const ExperimentSpec = z.object({ ...common, target: z.unknown().optional() });
export type ExperimentSpec = z.infer<typeof ExperimentSpec>;

/** The pods at the other end, where the kind has them. */
export const OtherEnd = z.object(targets);

const RecordEvent = z.object({
  type: z.enum(['Succeeded', 'Failed']),
  operation: z.enum(['Apply', 'Recover']),
  message: z.string().optional(),
  timestamp: z.string(),
});

export const Phase = z.enum(['Not Injected', 'Injected']);

/** What an experiment has done to one target, as Chaos Mesh keeps it in the status. */
export const ContainerRecord = z.object({
  id: z.string(),
  selectorKey: z.string(),
  phase: Phase,
  injectedCount: z.number(),
  recoveredCount: z.number(),
  events: z.array(RecordEvent).default([]),
});
export type ContainerRecord = z.infer<typeof ContainerRecord>;

export const ExperimentStatus = z.object({
  experiment: z
    .object({
      desiredPhase: z.enum(['Run', 'Stop']).optional(),
      containerRecords: z.array(ContainerRecord).optional(),
    })
    .default({}),
});
