import type { Random } from '../random';
import { BAD_CONFIG, DEPENDENCY, LOAD_SURGE, NO_FAULT, POD_CRASH, POD_KILL } from './faults';
import { HealLoad } from './load';
import type { Traffic } from './podFlow';
import { MAX_PODS, Pods, READY } from './pods';
import type { HealScenario } from './scenario';
import { TICK_SECONDS } from './tick';

/** A drained pod returns to its Service after this time: the action space has no way to return it. */
const DRAIN_SECONDS = 300;

/**
 * One Deployment in an episode: its pods, what Kubernetes does for them, the fault, and the changes that can be made.
 * There are as many pods as are wanted at all times, ready or not.
 */
export class HealDeployment {
  readonly pods: Pods;
  /** Kept up to date by ticks. */
  now = 0;
  ticks = 0;
  readonly traffic: Traffic = { rate: 0, delaySeconds: 0, errorShare: 0 };
  readonly #scenario: Readonly<HealScenario>;
  readonly #load = new HealLoad();
  #random: Random;
  #struck = false;

  constructor(scenario: Readonly<HealScenario>, random: Random) {
    this.#scenario = scenario;
    this.#random = random;
    this.pods = new Pods(scenario);
  }

  reset(random: Random): void {
    const { baseReplicas } = this.#scenario;
    this.#random = random;
    this.#struck = false;
    this.now = this.pods.now = this.ticks = 0;
    this.#load.reset();
    this.pods.reset(baseReplicas, random);
  }

  /** Wanted replicas, all of which exist. */
  get wanted(): number {
    return this.pods.count;
  }

  get faultActive(): boolean {
    const { fault, onsetSeconds, durationSeconds } = this.#scenario;
    return fault !== NO_FAULT && this.now >= onsetSeconds && this.now < onsetSeconds + durationSeconds;
  }

  /** Requests per second over what pods that are ready, routed and free of faults can do; Infinity without one. */
  utilisation(withoutPods = 0): number {
    const { pods } = this;
    let able = -withoutPods;
    for (let pod = 0; pod < pods.count; pod++) {
      if (pods.isRouted(pod) && pods.affliction[pod] === NO_FAULT) able++;
    }
    return able <= 0 ? Number.POSITIVE_INFINITY : this.traffic.rate / (able * this.#scenario.podSpeed);
  }

  tick(): void {
    this.now += TICK_SECONDS;
    this.ticks++;
    this.pods.now = this.now;
    const active = this.faultActive;
    if (active && !this.#struck) this.#strike();
    if (!active && this.#struck) this.#endFault();
    const { pods } = this;
    for (let pod = 0; pod < pods.count; pod++) pods.live(pod, this.#isDoomed(pod, active), this.#random);
    this.#setTraffic(active);
    pods.serve(this.traffic, TICK_SECONDS);
  }

  /** Deletes a pod; its ReplicaSet makes another. */
  restart(pod: number): void {
    this.pods.replace(pod, this.#random);
  }

  /** Takes a pod out of its Service. It stays a replica. */
  drain(pod: number): void {
    this.pods.drain(pod, this.now + DRAIN_SECONDS);
  }

  scaleUp(count: number): void {
    for (let added = 0; added < count && this.wanted < MAX_PODS; added++) this.pods.add(this.#random);
  }

  /** Removes one pod as a ReplicaSet picks it: one that is not ready before one that is, then the youngest. */
  scaleDown(): void {
    const { pods } = this;
    let chosen = 0;
    for (let pod = 1; pod < pods.count; pod++) {
      const ready = pods.phase[pod] === READY;
      const chosenReady = pods.phase[chosen] === READY;
      const younger = (pods.createdAt[pod] as number) > (pods.createdAt[chosen] as number);
      if (ready === chosenReady ? younger : chosenReady) chosen = pod;
    }
    pods.remove(chosen);
  }

  /** The fault begins, on as many ready pods as it falls on. */
  #strike(): void {
    const { fault, hits } = this.#scenario;
    const { pods } = this;
    this.#struck = true;
    if (fault === LOAD_SURGE || fault === DEPENDENCY) return;
    // Pods are alike, but after some actions their order tells their age.
    const first = this.#random.below(pods.count);
    let left = hits;
    for (let offset = 0; offset < pods.count && left > 0; offset++) {
      const pod = (first + offset) % pods.count;
      if (pods.phase[pod] !== READY) continue;
      left--;
      if (fault === POD_KILL) pods.replace(pod, this.#random);
      else if (fault === BAD_CONFIG) pods.crash(pod);
      else {
        pods.afflict(pod, fault);
        if (fault === POD_CRASH) pods.crash(pod);
      }
    }
  }

  #endFault(): void {
    this.#struck = false;
    for (let pod = 0; pod < this.pods.count; pod++) this.pods.cure(pod);
  }

  /** Whether a container of the pod that finishes its start now crashes instead. */
  #isDoomed(pod: number, active: boolean): boolean {
    return active && (this.#scenario.fault === BAD_CONFIG || this.pods.affliction[pod] === POD_CRASH);
  }

  #setTraffic(active: boolean): void {
    const { traffic } = this;
    const scenario = this.#scenario;
    const { severity } = scenario;
    traffic.rate = this.#load.rate(scenario, this.now - TICK_SECONDS, this.#random);
    traffic.delaySeconds = 0;
    traffic.errorShare = scenario.baseErrorShare;
    if (!active) return;
    if (scenario.fault === LOAD_SURGE) traffic.rate *= 1.5 + severity;
    if (scenario.fault !== DEPENDENCY) return;
    // Slow, or failing.
    if (severity < 0.5) traffic.delaySeconds = scenario.sloLatencySeconds * (0.8 + 4 * severity);
    else traffic.errorShare = Math.min(0.6, 1.2 * (severity - 0.45));
  }
}
