import * as z from 'zod';
import { LoadShape } from '../../sim/load';
import { DEFAULT_POD_MODEL, type PodModel } from '../../sim/podModel';
import type { KubeObject } from '../objectStore';
import { podSpec } from './kinds';

/** On a pod template: how its pods behave, as JSON with any of the fields of `PodSettings`. */
export const MODEL_ANNOTATION = 'sim.coxswain.dev/model';
/** On a Service or a route: the load that its clients make, as JSON, see `LoadShape` and `HostLoad`. */
export const LOAD_ANNOTATION = 'sim.coxswain.dev/load';

const positive = z.number().positive();
const amount = z.number().min(0);
const share = amount.max(1);
const HEALTH_PATHS = ['/healthz', '/readyz', '/livez', '/health', '/ready', '/live'];

/** What the model annotation may say; the limits come from the container's own `resources.limits`. */
const PodSettings = z.strictObject({
  /** From the container's start until it is ready; each start varies by a fifth. */
  startupSeconds: amount.default(8),
  /** From SIGTERM to the end, within the grace period. */
  shutdownSeconds: amount.default(1),
  cpuSecondsPerRequest: positive.default(DEFAULT_POD_MODEL.cpuSecondsPerRequest),
  cpuVariation: amount.default(DEFAULT_POD_MODEL.cpuVariation),
  baseLatencySeconds: amount.default(DEFAULT_POD_MODEL.baseLatencySeconds),
  idleCpuCores: amount.default(DEFAULT_POD_MODEL.idleCpuCores),
  memoryBaseBytes: amount.default(DEFAULT_POD_MODEL.memoryBaseBytes),
  memoryPerRequestBytes: amount.default(DEFAULT_POD_MODEL.memoryPerRequestBytes),
  memoryLeakBytesPerSecond: amount.default(DEFAULT_POD_MODEL.memoryLeakBytesPerSecond),
  coldStartSeconds: amount.default(DEFAULT_POD_MODEL.coldStartSeconds),
  coldStartFactor: z.number().min(1).default(DEFAULT_POD_MODEL.coldStartFactor),
  queueLimit: positive.default(DEFAULT_POD_MODEL.queueLimit),
  timeoutSeconds: positive.default(DEFAULT_POD_MODEL.timeoutSeconds),
  /** Share of the requests for which the app calls another Service, and for which it reads or writes a file. */
  dependencyShare: share.default(0.5),
  fileShare: share.default(0.5),
  responseBytes: positive.default(16 * 1024),
  /** The paths beside `/` that the app answers with 200, as probes ask for them. */
  paths: z.array(z.string()).default(HEALTH_PATHS),
  /**
   * The paths that the app serves and tells apart in its metrics, each with its part of the load in any unit. An app
   * that names none serves `/` and has no label `route`.
   */
  routes: z.record(z.string().startsWith('/'), positive).default({}),
  /** Share of the requests that are answered with 500 even by a version that is well. */
  errorShare: share.default(0),
});

export interface PodBehaviour {
  model: PodModel;
  startupSeconds: number;
  shutdownSeconds: number;
  dependencyShare: number;
  fileShare: number;
  responseBytes: number;
  paths: readonly string[];
  /** Its part of the load by route; empty where it does not tell them apart. */
  routes: Readonly<Record<string, number>>;
  errorShare: number;
  /** Why the annotation was not heeded. */
  problem: string | null;
}

/** How a pod behaves: from its annotation and the limits of its first container. */
export function podBehaviour(pod: KubeObject): PodBehaviour {
  const annotation = parseAnnotation(pod, MODEL_ANNOTATION, PodSettings);
  const {
    startupSeconds,
    shutdownSeconds,
    dependencyShare,
    fileShare,
    responseBytes,
    paths,
    routes,
    errorShare,
    ...model
  } = annotation.value ?? PodSettings.parse({});
  const limits = podSpec(pod).containers[0]?.resources.limits;
  return {
    model: {
      ...model,
      cpuLimitCores: limits?.cpu ?? 1,
      memoryLimitBytes: limits?.memory ?? Number.POSITIVE_INFINITY,
    },
    startupSeconds,
    shutdownSeconds,
    dependencyShare,
    fileShare,
    responseBytes,
    paths,
    routes,
    errorShare,
    problem: annotation.problem,
  };
}

const Paths = z.object({ paths: z.record(z.string().startsWith('/'), positive).optional() });
/** The load on a host: the shape, and what its clients ask for, in any unit; `/` where they do not say. */
const HostLoad = z.looseObject(Paths.shape).transform(({ paths, ...shape }, context) => {
  const parsed = LoadShape.safeParse(shape);
  if (parsed.success) return { shape: parsed.data, paths: paths ?? null };
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});
export type HostLoad = z.infer<typeof HostLoad>;

/** The load on the host of an Ingress, HTTPRoute or VirtualService; none without the annotation. */
export function hostLoad(route: KubeObject): { value: HostLoad | null; problem: string | null } {
  return parseAnnotation(route, LOAD_ANNOTATION, HostLoad);
}

/** The load on a Service; none without the annotation. */
export function serviceLoad(service: KubeObject): { shape: LoadShape | null; problem: string | null } {
  const { value, problem } = parseAnnotation(service, LOAD_ANNOTATION, LoadShape);
  return { shape: value, problem };
}

function parseAnnotation<T>(
  { metadata }: KubeObject,
  name: string,
  schema: z.ZodType<T>,
): { value: T | null; problem: string | null } {
  const text = metadata.annotations?.[name];
  if (text === undefined) return { value: null, problem: null };
  try {
    return { value: schema.parse(JSON.parse(text)), problem: null };
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return { value: null, problem: `annotation ${name} is not heeded: ${why}` };
  }
}
