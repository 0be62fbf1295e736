import type { Random } from '../../../sim/random';
import type { KubeObject } from '../../objectStore';
import { type Probe, podSpec } from '../kinds';
import { type HttpServer, requestPod } from './podHttp';

/** A probe that has failed, in the words of the kubelet's events. */
export interface ProbeFailure {
  probe: 'Readiness' | 'Liveness';
  message: string;
  /** It has failed often enough for the container to be restarted. */
  isFatal: boolean;
}

/** Asks the main container of a pod what its readiness and liveness probes want to know, each in its period. */
export class Prober {
  readonly #readiness: Track | null;
  readonly #liveness: Track | null;
  #nextAtMs = Number.POSITIVE_INFINITY;

  constructor(pod: KubeObject) {
    const { readinessProbe, livenessProbe } = podSpec(pod).containers[0] ?? {};
    this.#readiness = readinessProbe ? new Track(readinessProbe, false) : null;
    this.#liveness = livenessProbe ? new Track(livenessProbe, true) : null;
  }

  /** Without a readiness probe a container is ready while it serves. */
  get isReady(): boolean {
    return this.#readiness?.isPassed ?? true;
  }

  /** The container has started: everything is to be found out again. */
  restart(nowMs: number): void {
    this.#readiness?.restart(nowMs);
    this.#liveness?.restart(nowMs);
    this.#plan();
  }

  /** The container has ended. */
  stop(): void {
    this.#nextAtMs = Number.POSITIVE_INFINITY;
    this.#readiness?.restart(Number.POSITIVE_INFINITY);
  }

  isDue(nowMs: number): boolean {
    return nowMs >= this.#nextAtMs;
  }

  /** Runs the probes that are due. */
  run(nowMs: number, ask: (probe: Probe) => string | null): ProbeFailure[] {
    const failures: ProbeFailure[] = [];
    for (const [name, track] of [
      ['Readiness', this.#readiness],
      ['Liveness', this.#liveness],
    ] as const) {
      if (!track || nowMs < track.nextAtMs) continue;
      const message = ask(track.probe);
      track.note(message === null, nowMs);
      if (message !== null) {
        failures.push({ probe: name, message, isFatal: name === 'Liveness' && !track.isPassed });
      }
    }
    this.#plan();
    return failures;
  }

  #plan(): void {
    const never = Number.POSITIVE_INFINITY;
    this.#nextAtMs = Math.min(this.#readiness?.nextAtMs ?? never, this.#liveness?.nextAtMs ?? never);
  }
}

/** One probe's results in a row. */
class Track {
  readonly probe: Probe;
  readonly #passesAtFirst: boolean;
  isPassed: boolean;
  nextAtMs = Number.POSITIVE_INFINITY;
  #inARow = 0;
  #lastSucceeded: boolean | null = null;

  constructor(probe: Probe, passesAtFirst: boolean) {
    this.probe = probe;
    this.#passesAtFirst = passesAtFirst;
    this.isPassed = passesAtFirst;
  }

  restart(nowMs: number): void {
    this.isPassed = this.#passesAtFirst;
    this.#lastSucceeded = null;
    this.nextAtMs = nowMs + this.probe.initialDelaySeconds * 1000;
  }

  note(succeeded: boolean, nowMs: number): void {
    this.#inARow = succeeded === this.#lastSucceeded ? this.#inARow + 1 : 1;
    this.#lastSucceeded = succeeded;
    const { successThreshold, failureThreshold, periodSeconds } = this.probe;
    if (this.#inARow >= (succeeded ? successThreshold : failureThreshold)) this.isPassed = succeeded;
    this.nextAtMs = nowMs + periodSeconds * 1000;
  }
}

/** Asks as the kubelet does; the failure, or null for a success. Probes by exec or gRPC pass while the app serves. */
export function ask(
  probe: Probe,
  server: HttpServer & { readonly podIp: string },
  namedPorts: ReadonlyMap<string, number>,
  random: Random,
): string | null {
  const { httpGet, tcpSocket } = probe;
  const wanted = httpGet?.port ?? tcpSocket?.port;
  if (wanted === undefined) return server.isServing ? null : 'command exited with code 1';
  const port = typeof wanted === 'number' ? wanted : namedPorts.get(wanted);
  if (port === undefined) return `couldn't find port: ${wanted}`;
  const address = `${server.podIp}:${port}`;
  const outcome = requestPod(server, { port, path: httpGet?.path ?? '/' }, random);
  if (!httpGet) {
    if (outcome.kind === 'refused') return `dial tcp ${address}: connect: connection refused`;
    return outcome.kind === 'lost' ? `dial tcp ${address}: i/o timeout` : null;
  }
  const get = `Get "http://${address}${httpGet.path}"`;
  switch (outcome.kind) {
    case 'refused':
      return `${get}: dial tcp ${address}: connect: connection refused`;
    case 'reset':
      return `${get}: EOF`;
    case 'lost':
      return `${get}: ${TIMED_OUT}`;
    case 'answered':
      if (outcome.latencySeconds > probe.timeoutSeconds) return `${get}: ${TIMED_OUT}`;
      return outcome.status < 400 ? null : `HTTP probe failed with statuscode: ${outcome.status}`;
  }
}

const TIMED_OUT = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
