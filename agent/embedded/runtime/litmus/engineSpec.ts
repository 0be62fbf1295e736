import * as z from 'zod';
import type { KubeObject } from '../../objectStore';

const Env = z
  .array(z.object({ name: z.string(), value: z.string().default('') }))
  .default([])
  .transform((all) => new Map(all.map(({ name, value }) => [name, value])));

const EngineSpec = z.object({
  engineState: z.enum(['active', 'stop']).default('active'),
  defaultHealthCheck: z.boolean().default(true),
  appinfo: z
    .object({
      appns: z.string().optional(),
      applabel: z.string().default(''),
      appkind: z.string().default(''),
    })
    .optional(),
  selectors: z
    .object({
      pods: z.array(z.object({ names: z.string(), namespace: z.string() })).optional(),
      workloads: z
        .array(
          z.object({
            kind: z.string(),
            namespace: z.string(),
            names: z.string().default(''),
            labels: z.string().default(''),
          }),
        )
        .optional(),
    })
    .optional(),
  experiments: z
    .array(
      z.object({
        name: z.string(),
        spec: z.object({ components: z.object({ env: Env }).prefault({}) }).prefault({}),
      }),
    )
    .default([]),
});
export type EngineSpec = z.infer<typeof EngineSpec>;

/** Throws ZodError. */
export function engineSpec({ spec }: KubeObject): EngineSpec {
  return EngineSpec.parse(spec ?? {});
}

const ExperimentSpec = z.object({ definition: z.object({ env: Env }).prefault({}) });

/** The environment of an experiment: its own, and over it the engine's. */
export class Tunables {
  readonly #values: ReadonlyMap<string, string>;

  constructor(experiment: KubeObject, overrides: ReadonlyMap<string, string>) {
    const { definition } = ExperimentSpec.parse(experiment.spec ?? {});
    this.#values = new Map([...definition.env, ...overrides]);
  }

  text(name: string): string {
    return this.#values.get(name)?.trim() ?? '';
  }

  /** A number ≥ 0, or `fallback` where nothing is given. Throws RangeError. */
  amount(name: string, fallback: number): number {
    const text = this.text(name);
    if (text === '') return fallback;
    const value = Number(text);
    if (!(value >= 0)) throw new RangeError(`${name}=${text}: expected a number`);
    return value;
  }

  /** The parts of a comma-separated list. */
  list(name: string): string[] {
    return this.text(name)
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }
}

const ExperimentStatuses = z.object({
  name: z.string(),
  runner: z.string(),
  experimentPod: z.string(),
  status: z.string(),
  verdict: z.string(),
  lastUpdateTime: z.string(),
});
export type ExperimentStatus = z.infer<typeof ExperimentStatuses>;

const EngineStatus = z.object({
  engineStatus: z.enum(['', 'initialized', 'completed', 'stopped']).default(''),
  experiments: z.array(ExperimentStatuses).nullish(),
});

export function engineStatus({ status }: KubeObject): z.infer<typeof EngineStatus> {
  return EngineStatus.parse(status ?? {});
}
