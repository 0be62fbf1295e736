import * as z from 'zod';
import { ErrorInfoSchema } from './errorInfo';

export const Capability = z.object({
  /** Stable key, for example `chaos-mesh`. */
  key: z.string(),
  title: z.string(),
  present: z.boolean(),
  /** Version, address or reason of absence. */
  detail: z.string(),
});
export type Capability = z.infer<typeof Capability>;

export const Permission = z.object({
  verb: z.string(),
  /** `pods`, `deployments.apps`, `deployments.apps/scale` … */
  resource: z.string(),
  namespace: z.string().nullable(),
  allowed: z.boolean(),
  /** What Coxswain needs it for. */
  purpose: z.string(),
});
export type Permission = z.infer<typeof Permission>;

export const MetricsSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prometheus'), address: z.string() }),
  z.object({ kind: z.literal('metrics-server'), note: z.string() }),
  z.object({ kind: z.literal('none'), reason: z.string() }),
]);
export type MetricsSource = z.infer<typeof MetricsSource>;

export const Connection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('disconnected') }),
  z.object({ kind: z.literal('connecting'), context: z.string() }),
  z.object({
    kind: z.literal('connected'),
    context: z.string(),
    server: z.string(),
    serverVersion: z.string(),
    capabilities: z.array(Capability),
    permissions: z.array(Permission),
    metrics: MetricsSource,
    /** Set while the watches have lost the API server; the last state stays on screen, marked stale. */
    trouble: ErrorInfoSchema.nullable(),
  }),
  z.object({ kind: z.literal('failed'), context: z.string(), error: ErrorInfoSchema }),
]);
export type Connection = z.infer<typeof Connection>;

export const KubeContext = z.object({
  name: z.string(),
  cluster: z.string(),
  user: z.string(),
  namespace: z.string().nullable(),
  server: z.string(),
  current: z.boolean(),
});
export type KubeContext = z.infer<typeof KubeContext>;
