import type { Release } from '../../../cluster/releases';
import type { VersionMeasure } from '../../../metrics/versionCounts';
import type { PacePolicy, PaceWish } from '../pace/pacePolicy';
import { type Disturbance, disturbanceOf } from './arbiter';
import { Intake } from './intake';
import type { ManagedDriver } from './managedDriver';
import { moveInputOf } from './moveInput';
import { type Move, nextMove } from './nextMove';
import type { ReleaseHooks } from './releaseHooks';
import type { ReleasePorts } from './releasePorts';
import type { ReleaseSettings } from './releaseSettings';
import type { ReleaseTrial } from './releaseTrial';
import type { UnderWay } from './underWay';

/** What a decision is about. */
export interface Matter {
  release: Release;
  trial: ReleaseTrial;
  underWay: UnderWay;
  settings: ReleaseSettings;
  policy: PacePolicy;
}

export interface Reckoned {
  move: Move;
  wish: PaceWish;
  /** Why nothing of the interval counts; null where it does. */
  blind: string | null;
}

/** Takes in what was counted of one release, and says what follows from all that is known of it. */
export class Reckoning {
  readonly #ports: ReleasePorts;
  readonly #hooks: ReleaseHooks;
  readonly #driver: ManagedDriver;
  readonly #intake: Intake;

  constructor(namespace: string, ports: ReleasePorts, hooks: ReleaseHooks, driver: ManagedDriver) {
    this.#ports = ports;
    this.#hooks = hooks;
    this.#driver = driver;
    this.#intake = new Intake(namespace, hooks, ports);
  }

  /** Another release. */
  begin(): void {
    this.#intake.begin();
  }

  /** What is counted next was counted in part before something has changed. */
  skipNext(): void {
    this.#intake.skipNext();
  }

  /** What else goes on with either version. */
  disturbance(release: Release, underWay: UnderWay | null): Disturbance {
    if (underWay === null) return { disturbed: null, hold: null };
    const { snapshot, hasIncident, faultOn } = this.#ports;
    return disturbanceOf({
      ...{ release, underWay },
      faults: snapshot().faults,
      hasIncident: (id) => hasIncident(id),
      faultOn: (id) => faultOn(id),
    });
  }

  decide(matter: Matter, measure: VersionMeasure | undefined): Reckoned {
    const { release, trial, underWay, settings, policy } = matter;
    const nowMs = this.#ports.clock.nowMs();
    const disturbance = this.disturbance(release, underWay);
    const { disturbed } = disturbance;
    const blind = this.#intake.take(measure, { trial, underWay, disturbed, nowMs });
    const wish = policy.decide(trial.view(nowMs, settings.stepPercent));
    const hasTraffic = (underWay.weight ?? 0) > 0;
    const input = moveInputOf({
      ...{ ...matter, nowMs, disturbance, blind, wish },
      isLearned: this.#ports.learned() !== null,
      hooks: hasTraffic ? { kind: 'agreed' } : this.#hooks.beforeTraffic(),
      driver: this.#driver,
    });
    return { move: nextMove(input), wish, blind };
  }
}
