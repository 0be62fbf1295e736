import * as z from 'zod';
import type { ResourceType } from '../../objectStore';

const chaosType = (plural: string): ResourceType => ({
  group: 'chaos-mesh.org',
  version: 'v1alpha1',
  plural,
});
export const POD_CHAOS = chaosType('podchaos');
export const STRESS_CHAOS = chaosType('stresschaos');
export const NETWORK_CHAOS = chaosType('networkchaos');

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
  nodes: z.array(z.string()).optional(),
  podPhaseSelectors: z.array(z.string()).optional(),
  /** Names of pods by namespace. */
  pods: z.record(z.string(), z.array(z.string())).optional(),
});
export type PodSelector = z.infer<typeof PodSelector>;

const common = {
  selector: PodSelector,
  mode: SelectionMode,
  value: z.string().optional(),
  duration: z.string().optional(),
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
});
export type NetworkChaosSpec = z.infer<typeof NetworkChaosSpec>;

/** Any of the experiments, for what they have in common. */
export const ExperimentSpec = z.object(common);

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
