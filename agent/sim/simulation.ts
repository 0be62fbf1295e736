import { LoadGenerator, type LoadShape } from './load';
import type { SimPod } from './pod';
import { Random } from './random';

/** Somebody who sends requests to pods. */
export interface LoadSource {
  /** Adds what it sends in the next `seconds` to the pods' arrival rates. */
  spread(seconds: number): void;
}

/** A load, and the pods over which a Service spreads it evenly. */
export class SimService implements LoadSource {
  /** The pods that receive traffic; the owner keeps it up to date. */
  pods: readonly SimPod[] = [];
  /** Requests that found no pod. */
  unrouted = 0;
  readonly #load: LoadGenerator;
  readonly #random: Random;

  constructor(shape: LoadShape, random: Random) {
    this.#load = new LoadGenerator(shape, random);
    this.#random = random;
  }

  /** Hands the load of the next `seconds` to the pods. */
  spread(seconds: number): void {
    const requestsPerSecond = this.#load.advance(seconds);
    if (this.pods.length === 0) {
      this.unrouted += this.#random.poisson(requestsPerSecond * seconds);
      return;
    }
    const share = requestsPerSecond / this.pods.length;
    for (const pod of this.pods) pod.arrivalRate += share;
  }
}

/** Pods under load. The same seed and the same calls give the same bits. A step allocates nothing. */
export class Simulation {
  readonly random: Random;
  readonly #pods = new Set<SimPod>();
  readonly #sources = new Set<LoadSource>();

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  addPod(pod: SimPod): void {
    this.#pods.add(pod);
  }

  removePod(pod: SimPod): void {
    this.#pods.delete(pod);
  }

  addService(shape: LoadShape): SimService {
    const service = new SimService(shape, this.random);
    this.#sources.add(service);
    return service;
  }

  removeService(service: SimService): void {
    this.#sources.delete(service);
  }

  addSource(source: LoadSource): void {
    this.#sources.add(source);
  }

  removeSource(source: LoadSource): void {
    this.#sources.delete(source);
  }

  /** Advances everything by `seconds`; 0.1 to 15 are sensible. */
  step(seconds: number): void {
    for (const pod of this.#pods) pod.arrivalRate = 0;
    for (const source of this.#sources) source.spread(seconds);
    for (const pod of this.#pods) pod.step(seconds, this.random);
  }
}
