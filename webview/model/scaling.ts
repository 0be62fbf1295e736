import {
  type AutoscalerState,
  autoscalerText,
  capitalised,
  formatAge,
  type Handover,
  type ScalingState,
  sentence,
  type WorkloadState,
} from '../../agent/protocol';

/** Who has the say over the replicas of a workload, in words. */
export interface SteeringWords {
  /** A few words, for a heading. */
  title: string;
  /** Sentences: what that means, since when and by whom. */
  text: string;
  tone: 'plain' | 'good' | 'notice' | 'bad';
}

/** The autoscaler that carries our mark, or null while none does. */
export function handedOver({ autoscalers }: ScalingState): (AutoscalerState & { handover: Handover }) | null {
  for (const autoscaler of autoscalers) {
    if (autoscaler.handover !== null) return { ...autoscaler, handover: autoscaler.handover };
  }
  return null;
}

/** One or two words for a narrow place: `shadow`, `own`, `handed back`. */
export function scalingLabel(scaling: ScalingState): string {
  const taken = handedOver(scaling);
  if (taken !== null) return taken.handover.ours ? taken.handover.how : 'handing back';
  if (scaling.handedBack !== null) return 'handed back';
  return isToBeTakenOver(scaling) ? `${scaling.steering} not yet` : scaling.steering;
}

/** `predictive 1` */
export function scalingPolicyText({ policy }: Pick<ScalingState, 'policy'>): string {
  return `${policy.name} ${policy.version}`;
}

/** What sets the replicas when the scaler does not: `HPA checkout`. */
export function autoscalersText({ autoscalers }: Pick<ScalingState, 'autoscalers'>): string {
  return autoscalers.length === 0 ? 'nobody' : autoscalers.map(autoscalerText).join(' and ');
}

/** `HPA checkout: 2…10 replicas, cpu 70 %, wants 3`, and its problem. */
export function autoscalerLine(autoscaler: AutoscalerState): string {
  const { minReplicas, maxReplicas, metrics, desiredReplicas, problem } = autoscaler;
  const facts = [
    `${minReplicas}…${maxReplicas} replicas`,
    metrics,
    desiredReplicas === null ? '' : `wants ${desiredReplicas}`,
  ];
  const line = `${autoscalerText(autoscaler)}: ${facts.filter(Boolean).join(', ')}`;
  return problem === '' ? line : `${line}. Problem: ${problem}`;
}

export function steeringWords(scaling: ScalingState, nowMs: number): SteeringWords {
  const taken = handedOver(scaling);
  const policy = scalingPolicyText(scaling);
  const others = autoscalersText(scaling);
  if (taken !== null) return takenWords(scaling, taken, nowMs);
  if (scaling.handedBack !== null) return handedBackWords(scaling, scaling.handedBack, nowMs);
  if (scaling.steering === 'off') {
    return { title: 'Off', text: `The scaler decides nothing here; ${inCharge(others)}`, tone: 'plain' };
  }
  if (isToBeTakenOver(scaling)) {
    return {
      title: `To be taken over (${scaling.steering})`,
      text: `The take-over waits for an approval or for what keeps it from being made; ${inCharge(others)} ${policy} only shows what it would do.`,
      tone: 'notice',
    };
  }
  return {
    title: 'In shadow',
    text: `${policy} shows what it would do, and nothing of it is done; ${inCharge(others)}`,
    tone: 'plain',
  };
}

/** What keeps the scaler from deciding or from acting, each a sentence; empty where nothing does. */
export function scalingProblems(scaling: ScalingState): string[] {
  const { problem, autoscalers, gitOps } = scaling;
  return [
    ...(problem === null ? [] : [sentence(problem)]),
    ...autoscalers
      .filter((autoscaler) => autoscaler.problem !== '')
      .map((autoscaler) => sentence(`${autoscalerText(autoscaler)} cannot work: ${autoscaler.problem}`)),
    ...(gitOps === null ? [] : [`${gitOps} owns the object: changes are proposed, never made.`]),
  ];
}

/** Why there is nothing to show of a workload's scaling. */
export function noScalerReason({ steering, data }: WorkloadState): string {
  if (steering.kind === 'observe-only') return `it is observe only, ${steering.reason}`;
  if (data.kind === 'none') return `there is no data of it, ${data.reason}`;
  return 'it has only just been found, or scale.steering is off in coxswain.yaml';
}

function takenWords(
  scaling: ScalingState,
  taken: AutoscalerState & { handover: Handover },
  nowMs: number,
): SteeringWords {
  const { how, by, sinceMs, ours } = taken.handover;
  const name = autoscalerText(taken);
  if (!ours) {
    return {
      title: 'Handing back',
      text: `${name} still carries the mark of an earlier agent, and is handed back before anything else is done.`,
      tone: 'notice',
    };
  }
  const since = `for ${formatAge(nowMs - sinceMs)}, agreed by ${by}.`;
  const policy = scalingPolicyText(scaling);
  return how === 'own'
    ? {
        title: 'Coxswain is in charge (own)',
        text: `${policy} sets the replicas, ${since} ${name} is suspended but for a net against overload.`,
        tone: 'good',
      }
    : {
        title: 'Coxswain advises',
        text: `${policy} moves minReplicas of ${name}, ${since} ${name} goes on scaling above it.`,
        tone: 'good',
      };
}

function handedBackWords(
  scaling: ScalingState,
  { atMs, why, retryAtMs }: NonNullable<ScalingState['handedBack']>,
  nowMs: number,
): SteeringWords {
  const retry =
    retryAtMs === null
      ? 'It stays so until somebody takes it over again.'
      : retryAtMs > nowMs
        ? `A new attempt is made in ${formatAge(retryAtMs - nowMs)}.`
        : 'A new attempt is due.';
  return {
    title: 'Handed back',
    text: `${formatAge(nowMs - atMs)} ago: ${sentence(why)} ${capitalised(inCharge(autoscalersText(scaling)))} ${retry}`,
    tone: 'notice',
  };
}

/** Whether the scaler is to have a say here, by the configuration or by what a person has asked for. */
export function isToBeTakenOver({ steering }: ScalingState): boolean {
  return steering === 'advise' || steering === 'own';
}

function inCharge(others: string): string {
  return others === 'nobody' ? 'no autoscaler sets the replicas.' : `${others} is in charge.`;
}

/** The two ways to take part, and what they mean. */
export const TAKE_OVERS = [
  {
    how: 'advise',
    title: 'Advise',
    detail:
      'Coxswain moves minReplicas of the autoscaler, within its bounds; the autoscaler goes on scaling above it.',
  },
  {
    how: 'own',
    title: 'Own',
    detail:
      'Coxswain sets the replicas. The autoscaler is suspended but for a net that still scales up when the pods are overloaded.',
  },
] as const;

/** What is promised with either of them. */
export const HAND_BACK_PROMISE =
  'The autoscaler is made again what it was when you ask for it, when the breaker opens, on an emergency stop, and when Coxswain ends or dies.';
