import * as z from 'zod';
import { LoadShape } from '../../sim/load';
import { DEFAULT_POD_MODEL, type PodModel } from '../../sim/podModel';
import type { KubeObject } from '../objectStore';
import { podSpec } from './kinds';

/** On a pod template: how its pods behave, as JSON with any of the fields of `PodSettings`. */
export const MODEL_ANNOTATION = 'sim.coxswain.dev/model';
/** On a Service: the load that its clients make, as JSON, see `LoadShape`. */
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
});

export interface PodBehaviour {
  model: PodModel;
  startupSeconds: number;
  shutdownSeconds: number;
  dependencyShare: number;
  fileShare: number;
  responseBytes: number;
  paths: readonly string[];
  /** Why the annotation was not heeded. */
  problem: string | null;
}

/** How a pod behaves: from its annotation and the limits of its first container. */
export function podBehaviour(pod: KubeObject): PodBehaviour {
  const annotation = parseAnnotation(pod, MODEL_ANNOTATION, PodSettings);
  const { startupSeconds, shutdownSeconds, dependencyShare, fileShare, responseBytes, paths, ...model } =
    annotation.value ?? PodSettings.parse({});
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
    problem: annotation.problem,
  };
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
