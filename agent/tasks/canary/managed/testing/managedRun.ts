import { expect } from 'vitest';
import type { Config } from '../../../../config/schema';
import type { ReleaseOperation, RouterKind } from '../../../../protocol';
import { CONFIG } from '../../../../safety/testing/fakeWorld';
import type { ReleaseCluster } from '../../../../safety/testing/releaseCluster';
import { NEW_IMAGE } from '../../../../safety/testing/releaseObjects';
import { type NextStep, nextChange } from '../nextChange';
import { planManaged } from '../planManaged';

export const ROUTERS: readonly RouterKind[] = ['gateway-api', 'istio', 'nginx'];
export const START: ReleaseOperation = { kind: 'start', images: [{ container: 'app', image: NEW_IMAGE }] };

/** A release that a person steers, with a clock that is moved by hand. */
export class ManagedRun {
  readonly cluster: ReleaseCluster;
  nowMs = 1_000_000;
  /** Descriptions of what was sent, in order. */
  readonly sent: string[] = [];
  readonly #config: Config;
  #ids = 0;

  constructor(cluster: ReleaseCluster, config = CONFIG) {
    this.cluster = cluster;
    this.#config = config;
  }

  async order(operation: ReleaseOperation): Promise<void> {
    const planned = planManaged(this.cluster.release(), operation, {
      nowMs: this.nowMs,
      config: this.#config,
      by: 'Ada',
      newId: () => `release-${++this.#ids}`,
    });
    if (planned.kind === 'impossible') throw new Error(planned.why);
    for (const change of planned.plan.changes) {
      this.sent.push(change.description);
      await this.cluster.apply(change);
    }
  }

  next(): NextStep {
    return nextChange(this.cluster.release(), { nowMs: this.nowMs, config: this.#config });
  }

  /** Sends the next change. @returns what it was */
  async step(): Promise<NextStep['kind']> {
    const step = this.next();
    if (step.kind === 'change') {
      this.sent.push(step.change.description);
      await this.cluster.apply(step.change);
      this.checkServing();
    }
    return step.kind;
  }

  /** Until nothing is left to do but what a person has to. */
  async drive(): Promise<NextStep> {
    for (let turn = 0; turn < 50; turn += 1) {
      const kind = await this.step();
      if (kind === 'done' || kind === 'stuck') return this.next();
      this.cluster.settle();
      this.nowMs += 2000;
    }
    throw new Error(`it never ends: ${this.sent.join(', ')}`);
  }

  /** The stable version is there, and no traffic goes where nobody answers. */
  checkServing(): void {
    const { workload, services, weight, mirrorPercent, canaryWorkload, baselineWeight, baselineWorkload } =
      this.cluster.release();
    expect(workload.desiredReplicas).toBe(3);
    expect(services.stable).not.toBeNull();
    if ((weight ?? 0) === 0 && mirrorPercent === null) return;
    expect(services.canary).not.toBeNull();
    expect(canaryWorkload?.readyReplicas).toBeGreaterThan(0);
    if ((baselineWeight ?? 0) === 0) return;
    expect(services.baseline).not.toBeNull();
    expect(baselineWorkload?.readyReplicas).toBeGreaterThan(0);
  }
}

export function weigh(from: number, to: number): ReleaseOperation {
  return { kind: 'weight', from, to };
}

/** Ends the same wherever the agent dies. @param begin makes each run anew */
export async function expectSameEnd(
  begin: () => ManagedRun,
  end: 'promote' | 'rollback',
  when: 'before' | 'after',
): Promise<void> {
  const whole = begin();
  await lived(whole, end);
  for (let death = 1; death <= whole.sent.length; death += 1) {
    const run = begin();
    let writes = 0;
    const die = () => {
      writes += 1;
      if (writes === death) throw new Error('the agent is dead');
    };
    if (when === 'before') run.cluster.beforeRequest = die;
    else run.cluster.afterRequest = die;
    await lived(run, end);
    expect(writes).toBeGreaterThanOrEqual(death);
    expect(run.cluster.contents(), `${when} write ${death}`).toEqual(whole.cluster.contents());
  }
}

/** Tries each order again until it is done, as a person would. */
async function lived(run: ManagedRun, end: 'promote' | 'rollback'): Promise<void> {
  const orders: ReleaseOperation[] = [START, weigh(0, 50), { kind: end }];
  for (const order of orders) {
    const isDone = () => {
      const { note } = run.cluster.release();
      const noted = note === 'broken' ? null : note;
      if (order.kind === 'start') return noted !== null;
      if (order.kind === 'weight') return noted?.weight === 50;
      return noted === null || noted.goal !== 'progress';
    };
    for (let turn = 0; turn < 3 && !isDone(); turn += 1) await run.order(order).catch(ignoreDeath);
    for (let turn = 0; turn < 3; turn += 1) await run.drive().catch(ignoreDeath);
  }
}

function ignoreDeath(error: unknown): void {
  if (!String(error).includes('the agent is dead')) throw error;
}
