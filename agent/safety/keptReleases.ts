import type { ManagedRelease, Release } from '../cluster/releases';
import { type Control, errorText, type JournalEvent, type Mode, toErrorInfo, workloadId } from '../protocol';
import type { GateWorld } from './gateWorld';
import { chargeKey, type ReleaseCharge } from './keeper/charge';
import { noteOf } from './releaseFacts';

type World = Pick<GateWorld, 'keeper' | 'snapshot' | 'config' | 'hasSay' | 'journal' | 'monotonicMs'>;

export interface KeptReleasesPorts {
  world: World;
  state(): { mode: Mode; control: Control };
  record(event: JournalEvent): void;
}

/** After a keeper could not be had, ms of wall time. */
const RETRY_MS = 30_000;

/**
 * Tells the keeper of the releases that would be left with traffic on a canary and nobody who looks. Only of those that
 * Coxswain steers: what people move by hand, or have paused, is theirs, and a promotion was decided already.
 */
export class KeptReleases {
  readonly #ports: KeptReleasesPorts;
  readonly #kept = new Map<string, { charge: ReleaseCharge; text: string }>();
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #connectedSeq: number | null = null;

  constructor(ports: KeptReleasesPorts) {
    this.#ports = ports;
  }

  /** Call it about once a second. Never throws. */
  tick(): void {
    const wanted = new Map(this.#wanted().map((charge) => [chargeKey(charge), charge]));
    for (const [key, { charge }] of this.#kept) {
      if (wanted.has(key)) continue;
      this.#kept.delete(key);
      this.#ports.world.keeper.release(charge);
    }
    if (this.#ports.world.monotonicMs() < this.#retryAtMs) return;
    for (const [key, charge] of wanted) {
      const text = JSON.stringify(charge);
      if (this.#kept.get(key)?.text === text) continue;
      this.#kept.set(key, { charge, text });
      this.#ports.world.keeper.hold(charge).catch((error: unknown) => this.#failed(key, text, error));
    }
  }

  #wanted(): readonly ReleaseCharge[] {
    const { world, state } = this.#ports;
    const { mode, control } = state();
    const isOff = world.config().canary.whenAgentDies === 'hold';
    // What an emergency stop could not give back is given back all the same.
    if (isOff || mode === 'observe' || control.kind === 'paused') return [];
    return [...world.snapshot().releases.values()].filter(isManaged).flatMap((release) => {
      const note = noteOf(release);
      if (!note || note.goal === 'promote' || !world.hasSay(workloadId(release.ref))) return [];
      return [this.#chargeOf(release, note.id)];
    });
  }

  #chargeOf({ ref: { namespace, name } }: ManagedRelease, releaseId: string): ReleaseCharge {
    return {
      kind: 'release',
      resource: { apiVersion: 'apps/v1', plural: 'deployments', namespace, name },
      releaseId,
      graceMs: Math.round(this.#ports.world.config().canary.aloneFor),
      connectedSeq: this.#connected(),
    };
  }

  /** The row with which this agent has connected: there is no later one while it lives. */
  #connected(): number {
    const kinds = ['connected'] as const;
    this.#connectedSeq ??= this.#ports.world.journal.query({ kinds, limit: 1 })[0]?.seq ?? 0;
    return this.#connectedSeq;
  }

  #failed(key: string, text: string, error: unknown): void {
    // It was let go of meanwhile, or is told anew.
    if (this.#kept.get(key)?.text !== text) return;
    this.#kept.delete(key);
    const { monotonicMs } = this.#ports.world;
    const isNews = this.#retryAtMs === Number.NEGATIVE_INFINITY;
    this.#retryAtMs = monotonicMs() + RETRY_MS;
    if (!isNews) return;
    const why = errorText(toErrorInfo(error));
    this.#ports.record({
      ...{ kind: 'warning', workloadId: null },
      text: `Releases under way stay as they are where this agent dies: ${why}`,
    });
  }
}

function isManaged(release: Release): release is ManagedRelease {
  return release.operator === 'coxswain';
}
