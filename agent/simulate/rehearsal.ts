import * as z from 'zod';
import type { ClusterReader } from '../cluster/api';
import type { EmbeddedClient } from '../embedded/control/client';
import type { ScalingState } from '../protocol';
import { APP_NAME, ARRANGEMENTS, HPA, namespaceOf } from './arrangement';
import type { Check } from './report';

/** Below it there is no time for what is to be seen. */
export const SHORTEST_REHEARSAL_SECONDS = 480;

const KILL_AT = 0.4;
const LOSS_AT = 0.5;
/** Three steps without data, and the age from which metrics count as stale. */
const LEAST_LOSS_SECONDS = 200;
/** A pod of the app is ready 10 s after it was made, and is made at once. */
const RECOVERY_SECONDS = 60;

/** What is looked at while a rehearsal runs; times are cluster seconds under load. */
export interface RehearsalLook {
  seconds: number;
  state: ScalingState | null;
  isTakenOver: boolean;
  /** Ready and wanted replicas, by namespace. */
  replicas: Readonly<Record<string, { ready: number; wanted: number }>>;
}

interface Killed {
  atSeconds: number;
  /** By namespace. */
  recoveredAt: Map<string, number>;
}

/**
 * Production in small: in the middle of the load a pod of each app dies, and then Prometheus loses the app of the learned
 * scaler. Its breaker has to open, and the HPA has to be in charge again.
 */
export class Rehearsal {
  readonly #client: Pick<EmbeddedClient, 'disturb' | 'reader'>;
  readonly #progress: (text: string) => void;
  readonly #killAt: number;
  readonly #lossAt: number;
  readonly #lossSeconds: number;
  #killed: Killed | null = null;
  #lost: { atSeconds: number; wasTakenOver: boolean } | null = null;
  #handedBack: { atSeconds: number; why: string } | null = null;

  constructor(
    client: Pick<EmbeddedClient, 'disturb' | 'reader'>,
    seconds: number,
    progress: (text: string) => void,
  ) {
    this.#client = client;
    this.#progress = progress;
    this.#killAt = KILL_AT * seconds;
    this.#lossAt = LOSS_AT * seconds;
    this.#lossSeconds = Math.max(LEAST_LOSS_SECONDS, seconds / 4);
  }

  /** To be called again and again. */
  async look(look: RehearsalLook): Promise<void> {
    if (!this.#killed && look.seconds >= this.#killAt) await this.#kill(look.seconds);
    else if (this.#killed) this.#watchRecovery(this.#killed, look);
    if (!this.#lost && look.seconds >= this.#lossAt) await this.#lose(look);
    else if (this.#lost?.wasTakenOver && !this.#handedBack && !look.isTakenOver) {
      const why = look.state?.handedBack?.why ?? 'no reason given';
      this.#handedBack = { atSeconds: look.seconds, why };
      this.#progress(`handed back to the HPA: ${why}`);
    }
  }

  /** Asks the cluster itself whether its HPA is again what it was. */
  async checks(): Promise<Check[]> {
    return [
      ...ARRANGEMENTS.map((arrangement) => this.#recoveryCheck(namespaceOf(arrangement))),
      this.#breakerCheck(),
      hpaCheck(await readHpa(this.#client.reader)),
    ];
  }

  async #kill(seconds: number): Promise<void> {
    this.#killed = { atSeconds: seconds, recoveredAt: new Map() };
    for (const arrangement of ARRANGEMENTS) {
      const namespace = namespaceOf(arrangement);
      this.#progress(await this.#client.disturb({ kind: 'pod-kill', namespace }));
    }
  }

  #watchRecovery({ recoveredAt, atSeconds }: Killed, look: RehearsalLook): void {
    // The look in which it was killed, and the one after, may still have the state of before.
    if (look.seconds < atSeconds + 2) return;
    for (const [namespace, { ready, wanted }] of Object.entries(look.replicas)) {
      if (ready >= wanted && !recoveredAt.has(namespace)) recoveredAt.set(namespace, look.seconds);
    }
  }

  async #lose({ seconds, isTakenOver }: RehearsalLook): Promise<void> {
    this.#lost = { atSeconds: seconds, wasTakenOver: isTakenOver };
    const namespace = namespaceOf('learned');
    this.#progress(
      await this.#client.disturb({ kind: 'metric-loss', namespace, seconds: this.#lossSeconds }),
    );
  }

  #recoveryCheck(namespace: string): Check {
    const what = `a killed pod is replaced in ${namespace}`;
    const recoveredAt = this.#killed?.recoveredAt.get(namespace);
    if (!this.#killed || recoveredAt === undefined) return { what, passed: false, text: 'it was not' };
    const took = recoveredAt - this.#killed.atSeconds;
    return {
      what,
      passed: took <= RECOVERY_SECONDS,
      text: `all replicas were ready after ${took.toFixed(0)} s`,
    };
  }

  #breakerCheck(): Check {
    const what = 'without metrics the breaker opens and hands back';
    if (!this.#lost?.wasTakenOver) {
      return {
        what,
        passed: false,
        text: 'the learned scaler had not taken over, so there was nothing to hand back',
      };
    }
    if (!this.#handedBack) return { what, passed: false, text: 'the learned scaler went on' };
    const took = this.#handedBack.atSeconds - this.#lost.atSeconds;
    const text = `after ${took.toFixed(0)} s: ${this.#handedBack.why}`;
    return { what, passed: took <= this.#lossSeconds, text };
  }
}

const HANDOVER_ANNOTATION = 'coxswain.dev/handover';

const Hpa = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    minReplicas: z.number(),
    metrics: z.array(
      z.object({ resource: z.object({ target: z.object({ averageUtilization: z.number() }) }) }),
    ),
    behavior: z
      .object({ scaleDown: z.object({ selectPolicy: z.string().optional() }).optional() })
      .optional(),
  }),
});
type Hpa = z.infer<typeof Hpa>;

async function readHpa(reader: ClusterReader): Promise<Hpa> {
  const namespace = namespaceOf('learned');
  const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${APP_NAME}`;
  return Hpa.parse(await reader.get(path));
}

function hpaCheck({ metadata, spec }: Hpa): Check {
  const what = 'the HPA is again what it was';
  const problems = [
    ...(HANDOVER_ANNOTATION in metadata.annotations ? ['it still carries our annotation'] : []),
    ...(spec.minReplicas === HPA.minReplicas ? [] : [`its minReplicas is ${spec.minReplicas}`]),
    ...(spec.metrics[0]?.resource.target.averageUtilization === HPA.targetUtilisation
      ? []
      : ['its CPU target is another one']),
    ...(spec.behavior?.scaleDown?.selectPolicy === 'Disabled' ? ['it may not scale down'] : []),
  ];
  const text =
    problems.length === 0 ? 'bounds, target and behaviour are those of before' : problems.join(', ');
  return { what, passed: problems.length === 0, text };
}
