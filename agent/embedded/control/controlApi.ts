import * as z from 'zod';
import { SCENARIO_NAMES } from '../../sim/canary/scenario';
import { LoadShape } from '../../sim/load';

/** Below it the embedded cluster answers what is no business of Kubernetes. */
export const CONTROL_ROOT = '/coxswain.dev';

/** Only namespaces that begin with it are made and removed for simulations. */
export const SIMULATION_PREFIX = 'coxswain-sim-';

const name = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'expected a name as Kubernetes has them');
const SimulationNamespace = name.refine(
  (text) => text.startsWith(SIMULATION_PREFIX),
  `expected a namespace that begins with ${SIMULATION_PREFIX}`,
);

/** `GET /coxswain.dev`: that it is an embedded cluster, and its time. */
export const ControlInfo = z.object({
  cluster: z.literal('coxswain-embedded'),
  nowMs: z.number(),
  rate: z.number(),
  simulations: z.array(z.string()),
  /** Where hosts with a route are served, `http://127.0.0.1:port`; absent where nothing listens. */
  gatewayUrl: z.string().optional(),
});
export type ControlInfo = z.infer<typeof ControlInfo>;

/** `POST /coxswain.dev/load`: what the clients of a Service ask of it from now on; null for nothing. */
export const LoadRequest = z.strictObject({ namespace: name, service: name, load: LoadShape.nullable() });
export type LoadRequest = z.infer<typeof LoadRequest>;
export const LoadAnswer = z.object({ previous: LoadShape.nullable() });
export type LoadAnswer = z.infer<typeof LoadAnswer>;

/**
 * `POST /coxswain.dev/scenario`: how the pods of a workload, or those that a label selector finds, behave from now on;
 * null for what their image says.
 */
export const ScenarioRequest = z
  .strictObject({
    namespace: name,
    workload: z
      .strictObject({ kind: z.enum(['Deployment', 'Rollout', 'ReplicaSet']).default('Deployment'), name })
      .optional(),
    /** As kubectl has it: `app=storefront,track!=canary`. */
    selector: z.string().min(1).optional(),
    scenario: z.enum(SCENARIO_NAMES).nullable(),
  })
  .refine(({ workload, selector }) => (workload === undefined) !== (selector === undefined), {
    message: 'expected either a workload or a selector',
  });
export type ScenarioRequest = z.infer<typeof ScenarioRequest>;
/** How many pods run that it is about. */
export const ScenarioAnswer = z.object({ pods: z.number().int() });
export type ScenarioAnswer = z.infer<typeof ScenarioAnswer>;

/** `POST /coxswain.dev/simulations`: an app under a first load in a namespace of its own. */
export const SimulationRequest = z.strictObject({
  namespace: SimulationNamespace,
  app: z.strictObject({
    name,
    replicas: z.number().int().min(1).max(100),
    cpuLimit: z.string(),
    memoryLimit: z.string(),
    model: z.record(z.string(), z.number()),
    minAvailable: z.number().int().min(0),
    load: LoadShape,
    hpa: z.strictObject({
      minReplicas: z.number().int().min(1),
      maxReplicas: z.number().int().min(1),
      targetUtilisation: z.number().int().min(1).max(100),
    }),
  }),
  /** What a request may take. */
  sloSeconds: z.number().positive(),
  /** The namespace goes by itself after so many seconds, should nobody remove it. */
  keepSeconds: z.number().positive(),
});
export type SimulationRequest = z.infer<typeof SimulationRequest>;

/** `POST /coxswain.dev/start`: all of them get this load at the same time, and are measured for so long. */
export const StartRequest = z.strictObject({
  namespaces: z.array(SimulationNamespace).min(1).max(10),
  load: LoadShape,
  seconds: z.number().positive(),
});
export type StartRequest = z.infer<typeof StartRequest>;

/** `POST /coxswain.dev/disturbances`: something happens to a simulation. */
export const Disturbance = z.discriminatedUnion('kind', [
  /** Prometheus has nothing of the namespace's pods for so long. The metrics-server of the HPA goes on. */
  z.strictObject({
    kind: z.literal('metric-loss'),
    namespace: SimulationNamespace,
    seconds: z.number().positive(),
  }),
  /** The first of its ready pods is gone at once. */
  z.strictObject({ kind: z.literal('pod-kill'), namespace: SimulationNamespace }),
]);
export type Disturbance = z.infer<typeof Disturbance>;
export const DisturbanceAnswer = z.object({ text: z.string() });

/** A quarter of a minute of a simulation. */
export const SimulationPoint = z.object({
  /** Since measuring has begun. */
  seconds: z.number(),
  requestsPerSecond: z.number(),
  /** The load in pods at full CPU. */
  demandPods: z.number(),
  /** What the Deployment wants, and what is ready. */
  replicas: z.number().int(),
  readyReplicas: z.number().int(),
  /** Share of the requests that were late or failed; 0 without any. */
  violatedShare: z.number(),
});
export type SimulationPoint = z.infer<typeof SimulationPoint>;

/** `GET /coxswain.dev/simulations/<namespace>`: what has happened, counted where it happens. */
export const SimulationRecord = z.object({
  namespace: z.string(),
  /** Cluster seconds that were measured. */
  seconds: z.number(),
  /** What the Deployment wants now, and what is ready. */
  replicas: z.number().int(),
  readyReplicas: z.number().int(),
  requests: z.number(),
  /** Late, refused, timed out, lost, or without a pod to go to. */
  violated: z.number(),
  /** 95th percentile of the answers; null without any. */
  latencyP95Seconds: z.number().nullable(),
  /** Pods on a node, starting and ending ones too. */
  podSeconds: z.number(),
  cpuSeconds: z.number(),
  /** Cores that these pods had requested, by time. */
  requestedCoreSeconds: z.number(),
  requestedMemoryByteSeconds: z.number(),
  /** Changes of the Deployment's replicas. */
  scalingActions: z.number().int(),
  points: z.array(SimulationPoint),
});
export type SimulationRecord = z.infer<typeof SimulationRecord>;

/** `DELETE /coxswain.dev/simulations/<namespace>`: how many objects of it are left; there is no reason for any. */
export const RemovalAnswer = z.object({ left: z.number().int() });
