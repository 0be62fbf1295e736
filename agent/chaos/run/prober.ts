import type { ClusterReader } from '../../cluster/api';
import { ApiStatusError } from '../../cluster/apiErrors';
import type { Workload } from '../../cluster/snapshot';
import type { OneQuestion } from '../../metrics/askOne';
import { filledIn } from '../../metrics/queries';
import type { Reading } from '../../metrics/reading';
import { type ProbeResult, toErrorInfo } from '../../protocol';
import { workSignal } from '../../workSignal';
import type { Probe } from '../experiment/probe';
import { kubernetesFinding } from './kubernetesProbe';
import { type Finding, toResult } from './probeOutcome';

export interface ProberPorts {
  reader: Pick<ClusterReader, 'getText'>;
  ask(question: OneQuestion, signal?: AbortSignal): Promise<Reading>;
  /** Cluster time. */
  nowMs(): number;
  /** For how long an answer took, ms. */
  monotonicMs(): number;
  staleAfterMs(): number;
  /** What `$window` stands for, ms. Rejects with nothing but the signal's reason. */
  windowMs(workload: Workload, signal?: AbortSignal): Promise<number>;
  /** Milliseconds since the watches last heard of the namespace; null where they never did. */
  watchAgeMs(namespace: string): number | null;
}

/** How long an HTTP probe waits for its answer, ms of wall time. */
const HTTP_TIMEOUT_MS = 10_000;

/** Looks at one thing. Whatever goes wrong is an outcome: it throws nothing but the signal's reason. */
export class Prober {
  readonly #ports: ProberPorts;

  constructor(ports: ProberPorts) {
    this.#ports = ports;
  }

  async probe(
    probe: Probe,
    workload: Workload,
    when: ProbeResult['when'],
    signal?: AbortSignal,
  ): Promise<ProbeResult> {
    const finding = await this.#find(probe, workload, signal);
    signal?.throwIfAborted();
    return toResult(probe, finding, when, this.#ports.nowMs());
  }

  #find(
    { promql, http, kubernetes }: Probe,
    workload: Workload,
    signal?: AbortSignal,
  ): Promise<Finding> | Finding {
    if (promql !== undefined) return this.#promql(promql, workload, signal);
    if (http !== undefined) return this.#http(http, workload, signal);
    const { nowMs, watchAgeMs, staleAfterMs } = this.#ports;
    const ageMs = watchAgeMs(workload.ref.namespace);
    const asked = kubernetes ?? 'nothing';
    if (kubernetes === undefined) return { kind: 'no-data', asked, why: 'the probe asks for nothing' };
    if (ageMs === null || ageMs > staleAfterMs())
      return { kind: 'no-data', asked, why: 'the watches are silent' };
    return kubernetesFinding(kubernetes, workload, nowMs());
  }

  async #promql(promql: string, workload: Workload, signal?: AbortSignal): Promise<Finding> {
    const { nowMs, staleAfterMs, windowMs, ask } = this.#ports;
    const asked = filledIn(promql, workload, await windowMs(workload, signal));
    const reading = await ask({ promql: asked, nowMs: nowMs(), staleAfterMs: staleAfterMs() }, signal);
    switch (reading.kind) {
      case 'fresh':
        return {
          kind: 'value',
          asked,
          value: reading.value,
          text: number(reading.value),
          holdsOtherwise: true,
        };
      case 'stale': {
        const seconds = Math.round((nowMs() - reading.atMs) / 1000);
        return { kind: 'no-data', asked, why: `${number(reading.value)}, which is ${seconds} s old` };
      }
      case 'missing':
        return { kind: 'no-data', asked, why: reading.why };
    }
  }

  async #http(http: NonNullable<Probe['http']>, { ref }: Workload, signal?: AbortSignal): Promise<Finding> {
    const path = http.path.startsWith('/') ? http.path : `/${http.path}`;
    const service = `${http.service}:${http.port}`;
    const asked = `/api/v1/namespaces/${ref.namespace}/services/${service}/proxy${path}`;
    const startedMs = this.#ports.monotonicMs();
    using work = workSignal([signal], HTTP_TIMEOUT_MS);
    const status = await this.#ports.reader.getText(asked, work.signal).then(
      () => 200,
      (error: unknown) => (error instanceof ApiStatusError ? error.status : toErrorInfo(error).message),
    );
    const value = (this.#ports.monotonicMs() - startedMs) / 1000;
    if (typeof status === 'string') return { kind: 'no-data', asked, why: status };
    const text = `status ${status} in ${value.toFixed(3)} s`;
    return { kind: 'value', asked, value, text, holdsOtherwise: status === http.status };
  }
}

function number(value: number): string {
  return String(Number(value.toPrecision(4)));
}
