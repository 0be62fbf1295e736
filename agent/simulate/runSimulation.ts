import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { clusterClock } from '../clock';
import { DEFAULT_CONFIG } from '../config/schema';
import { startClusterProcess } from '../demo/clusterProcess';
import { type EmbeddedClient, openEmbeddedClient } from '../embedded/control/client';
import type { SimulationRecord } from '../embedded/control/controlApi';
import { CoxswainError } from '../protocol';
import {
  ARRANGEMENT_TITLES,
  type Arrangement,
  arrangementsOf,
  namespaceOf,
  type SimulationName,
  simulationRequest,
} from './arrangement';
import type { ChosenLoad } from './loadChoice';
import { outcomeOf, verdictOf } from './outcome';
import { Rehearsal, SHORTEST_REHEARSAL_SECONDS } from './rehearsal';
import type { SimulationResult } from './report';
import { isTakenOver, type Scaler, scalerTitle, startScaler } from './scaler';

export interface SimulationPlan {
  simulation: SimulationName;
  load: ChosenLoad;
  /** Cluster time under load; the load's own where null. */
  seconds: number | null;
  rate: number;
  seed: number;
  policy: string | undefined;
  /** Of a running embedded cluster; one of its own where undefined. */
  kubeconfig: string | undefined;
  version: string;
  assetsDirectory: string;
  signal: AbortSignal;
  /** A line for people who wait. */
  progress(text: string): void;
  log(text: string): void;
}

/** The longest that is played without being told for how long. */
const LONGEST_DEFAULT_SECONDS = 3600;
/** For pods to get ready, for the HPA to find its level, and for the learned scaler to take over, cluster time. */
const WARM_UP_SECONDS = 120;
const PATIENCE_SECONDS = 300;
/** Agent and keeper take seconds to start on a busy machine, however fast the cluster's time runs. */
const PATIENCE_WALL_MS = 30_000;
/** Should this process die, its namespaces go by themselves so much later: cluster time, and wall time at least. */
const SPARE_SECONDS = 900;
const SPARE_WALL_SECONDS = 60;
const LOOK_WALL_MS = 250;
const PROGRESS_WALL_MS = 2000;
/** So far behind, in cluster time, the agent sees another time than the cluster. */
const TOLERATED_LAG_SECONDS = 15;

/**
 * Plays a simulation to its end. Whatever happens, its namespaces, its cluster and its agent are gone afterwards.
 * Throws CoxswainError, or the signal's reason.
 */
export async function runSimulation(plan: SimulationPlan): Promise<SimulationResult> {
  const seconds = plan.seconds ?? Math.min(LONGEST_DEFAULT_SECONDS, Math.ceil(plan.load.seconds));
  if (plan.simulation === 'rehearsal' && seconds < SHORTEST_REHEARSAL_SECONDS) {
    throw new CoxswainError(
      'usage',
      `A rehearsal of ${seconds} s has no time for what it has to show.`,
      `Give it --seconds ${SHORTEST_REHEARSAL_SECONDS} or more, or a longer load.`,
    );
  }
  await using stack = new AsyncDisposableStack();
  return await new Running(plan, seconds, stack).play();
}

/** Cluster seconds that a namespace is needed at most: agent and keeper take wall time to start, at any rate. */
export function keepSecondsOf(loadSeconds: number, rate: number): number {
  const patience = Math.max(PATIENCE_SECONDS, (PATIENCE_WALL_MS / 1000) * rate);
  return loadSeconds + patience + Math.max(SPARE_SECONDS, SPARE_WALL_SECONDS * rate);
}

class Running {
  readonly #plan: SimulationPlan;
  readonly #seconds: number;
  readonly #stack: AsyncDisposableStack;
  readonly #arrangements: readonly Arrangement[];
  readonly #directory: string;
  #died: Promise<never> = new Promise(() => undefined);
  #scaler: Scaler | null = null;
  #mostLagSeconds = 0;
  #tookOverBeforeLoad = false;
  /** Who decides in the arrangement of the learned scaler. */
  #scalerTitle: string = ARRANGEMENT_TITLES.learned;
  #progressAtMs = 0;

  constructor(plan: SimulationPlan, seconds: number, stack: AsyncDisposableStack) {
    this.#plan = plan;
    this.#seconds = seconds;
    this.#stack = stack;
    this.#arrangements = arrangementsOf(plan.simulation);
    this.#directory = mkdtempSync(join(tmpdir(), 'coxswain-simulate-'));
    stack.defer(() => rm(this.#directory, { recursive: true, force: true }));
  }

  async play(): Promise<SimulationResult> {
    const { progress, load } = this.#plan;
    const kubeconfig = this.#plan.kubeconfig ?? (await this.#startCluster());
    const client = await openEmbeddedClient(kubeconfig);
    this.#stack.defer(() => client.close());
    const { rate } = await client.info();
    for (const arrangement of this.#arrangements) await this.#install(client, arrangement, rate);
    if (this.#arrangements.includes('learned')) await this.#startScaler(kubeconfig);
    progress('warming up');
    await this.#warmUp(client);
    progress(`load: ${load.title}, for ${this.#seconds} s of cluster time at ×${rate}`);
    const namespaces = this.#arrangements.map(namespaceOf);
    await client.start({ namespaces, load: load.shape(0), seconds: this.#seconds });
    const rehearsal =
      this.#plan.simulation === 'rehearsal' ? new Rehearsal(client, this.#seconds, progress) : null;
    const records = await this.#follow(client, rehearsal);
    const checks = (await rehearsal?.checks()) ?? [];
    return { ...this.#result(records, rate), checks };
  }

  async #startCluster(): Promise<string> {
    const { rate, seed, signal } = this.#plan;
    const kubeconfigPath = join(this.#directory, 'kubeconfig');
    const cluster = await startClusterProcess({ kubeconfigPath, rate, seed, demo: false, signal });
    this.#stack.defer(() => cluster.stop());
    this.#died = cluster.died;
    return kubeconfigPath;
  }

  async #install(client: EmbeddedClient, arrangement: Arrangement, rate: number): Promise<void> {
    this.#plan.signal.throwIfAborted();
    const { firstRate } = this.#plan.load;
    await client.install(
      simulationRequest(arrangement, { firstRate, keepSeconds: keepSecondsOf(this.#seconds, rate) }),
    );
    this.#stack.defer(() => remove(client, namespaceOf(arrangement), this.#plan.log));
  }

  async #startScaler(kubeconfig: string): Promise<void> {
    const { version, assetsDirectory, policy, log } = this.#plan;
    const namespace = namespaceOf('learned');
    const directory = this.#directory;
    const options = { version, assetsDirectory, directory, kubeconfig, namespace, policy, log };
    const scaler = await startScaler(options);
    this.#scaler = scaler;
    this.#stack.defer(() => scaler.close());
  }

  /** Until every app is ready and the learned scaler has taken over, or for as long as there is patience. */
  async #warmUp(client: EmbeddedClient): Promise<void> {
    const { nowMs: startMs } = await client.info();
    const giveUpAtMs = Date.now() + PATIENCE_WALL_MS;
    for (;;) {
      const { nowMs } = await client.info();
      const passed = (nowMs - startMs) / 1000;
      const records = await this.#records(client);
      const areReady = records.every(
        ({ readyReplicas, replicas }) => readyReplicas > 0 && readyReplicas >= replicas,
      );
      const state = this.#scaler?.state() ?? null;
      if (state) this.#scalerTitle = scalerTitle(state);
      this.#tookOverBeforeLoad = isTakenOver(state);
      const isSettled = this.#scaler === null || this.#tookOverBeforeLoad;
      if (passed >= WARM_UP_SECONDS && areReady && isSettled) return;
      if (passed >= PATIENCE_SECONDS && Date.now() >= giveUpAtMs) return;
      await this.#wait();
    }
  }

  async #follow(client: EmbeddedClient, rehearsal: Rehearsal | null): Promise<SimulationRecord[]> {
    const clock = clusterClock(client.clock);
    for (;;) {
      const records = await this.#records(client);
      const seconds = Math.min(...records.map((record) => record.seconds));
      this.#tell(records);
      if (seconds >= this.#seconds) return records;
      const state = this.#scaler?.state() ?? null;
      await rehearsal?.look({
        seconds,
        state,
        isTakenOver: isTakenOver(state),
        replicas: replicasOf(records),
      });
      await this.#wait();
      const { nowMs } = await client.info();
      this.#mostLagSeconds = Math.max(this.#mostLagSeconds, (clock.nowMs() - nowMs) / 1000);
    }
  }

  #records(client: EmbeddedClient): Promise<SimulationRecord[]> {
    return Promise.all(this.#arrangements.map((arrangement) => client.record(namespaceOf(arrangement))));
  }

  async #wait(): Promise<void> {
    const { signal } = this.#plan;
    await Promise.race([setTimeout(LOOK_WALL_MS, undefined, { signal }), this.#died]);
  }

  #tell(records: readonly SimulationRecord[]): void {
    const last = records[0]?.points.at(-1);
    if (!last || Date.now() < this.#progressAtMs + PROGRESS_WALL_MS) return;
    this.#progressAtMs = Date.now();
    const each = records.map(({ points, requests, violated }, index) => {
      const title = ARRANGEMENT_TITLES[this.#arrangements[index] ?? 'hpa'];
      const point = points.at(-1);
      const late = requests > 0 ? ((100 * violated) / requests).toFixed(2) : '0.00';
      return `${title} ${point?.readyReplicas}/${point?.replicas} ready, ${late} % late or failed`;
    });
    const minutes = `${Math.floor(last.seconds / 60)}:${String(Math.floor(last.seconds % 60)).padStart(2, '0')}`;
    this.#plan.progress(`${minutes}  ${last.requestsPerSecond.toFixed(0)} requests/s  ${each.join('  ')}`);
  }

  #result(records: readonly SimulationRecord[], rate: number): Omit<SimulationResult, 'checks'> {
    const { simulation, load, seed, kubeconfig } = this.#plan;
    const { violationPrice } = DEFAULT_CONFIG.scale;
    const outcomes = this.#arrangements.flatMap((arrangement, index) => {
      const record = records[index];
      const title = arrangement === 'learned' ? this.#scalerTitle : ARRANGEMENT_TITLES[arrangement];
      const named = { arrangement, title, notes: this.#notesOf(arrangement) };
      return record ? [outcomeOf(named, record, DEFAULT_CONFIG)] : [];
    });
    return {
      simulation,
      load: load.title,
      seconds: this.#seconds,
      rate,
      seed: kubeconfig === undefined ? seed : null,
      currency: DEFAULT_CONFIG.costs.currency,
      violationPrice,
      outcomes,
      verdict: verdictOf(outcomes, violationPrice),
      warnings: this.#warnings(),
    };
  }

  #notesOf(arrangement: Arrangement): string[] {
    if (arrangement !== 'learned' || this.#tookOverBeforeLoad) return [];
    const state = this.#scaler?.state() ?? null;
    const why = state === null ? 'the agent does not know the app' : (state.problem ?? state.status);
    return [`The ${this.#scalerTitle} had not taken over when the load began, so the HPA steered: ${why}.`];
  }

  #warnings(): string[] {
    const { rate } = this.#plan;
    if (this.#mostLagSeconds <= TOLERATED_LAG_SECONDS) return [];
    const lag = this.#mostLagSeconds.toFixed(0);
    return [
      `The machine does not keep up with ×${rate}: cluster and agent were up to ${lag} s apart. A lower --rate gives truer results.`,
    ];
  }
}

async function remove(client: EmbeddedClient, namespace: string, log: (text: string) => void): Promise<void> {
  try {
    const left = await client.remove(namespace);
    if (left > 0) log(`${left} objects are left in ${namespace}`);
  } catch (error) {
    // A cluster that is gone has taken the namespace with it; a running one removes it by itself when its time is over.
    log(`${namespace} could not be removed: ${error instanceof Error ? error.message : error}`);
  }
}

function replicasOf(records: readonly SimulationRecord[]): Record<string, { ready: number; wanted: number }> {
  return Object.fromEntries(
    records.map(({ namespace, readyReplicas, replicas }) => [
      namespace,
      { ready: readyReplicas, wanted: replicas },
    ]),
  );
}
