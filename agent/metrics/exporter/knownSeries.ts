import { Action, type FaultKind, OutcomeKind, RunVerdict } from '../../protocol';
import type { ActionEnd } from './actionEnds';
import type { MetricName } from './metrics';

export interface KnownSeries {
  name: MetricName;
  labels: Readonly<Record<string, string>>;
}

const ACTION_KINDS = Action.options.map(({ shape }) => shape.kind.value);
const ENDS: Readonly<Record<ActionEnd['verdict'], readonly ActionEnd['outcome'][]>> = {
  deny: ['denied'],
  'needs-approval': ['rejected', 'expired', 'outdated', 'failed', ...OutcomeKind.options],
  allow: ['outdated', 'failed', ...OutcomeKind.options],
};

/**
 * What is 0 from the start on. Prometheus sees no increase in a counter that appears with its first event, and the
 * first harmful action is the one to be told of.
 */
export const KNOWN_FROM_START: readonly KnownSeries[] = [
  ...ACTION_KINDS.map((kind) => ({ name: 'coxswain_decision_confidence' as const, labels: { kind } })),
  ...ACTION_KINDS.filter((kind) => kind !== 'none').flatMap((kind) =>
    Object.entries(ENDS).flatMap(([verdict, outcomes]) =>
      outcomes.map((outcome) => ({
        name: 'coxswain_actions_total' as const,
        labels: { kind, verdict, outcome },
      })),
    ),
  ),
  // Of most rules the first ruling is nothing to be told of.
  ...[
    { rule: 'mode', verdict: 'allow' },
    { rule: 'mode', verdict: 'needs-approval' },
    { rule: 'mode', verdict: 'deny' },
    { rule: 'breaker', verdict: 'deny' },
    { rule: 'out-of-distribution', verdict: 'needs-approval' },
  ].map((labels) => ({ name: 'coxswain_guard_verdicts_total' as const, labels })),
  ...seriesOfFault('unknown'),
];

/** What is 0 from the beginning of a fault on. */
export function seriesOfFault(fault_kind: FaultKind | 'unknown'): KnownSeries[] {
  return [
    { name: 'coxswain_detection_seconds', labels: { fault_kind } },
    { name: 'coxswain_recovery_seconds', labels: { fault_kind } },
  ];
}

/** What is 0 from the beginning of a run on. */
export function seriesOfRun(experiment: string): KnownSeries[] {
  return RunVerdict.options.map((verdict) => ({
    name: 'coxswain_chaos_runs_total',
    labels: { experiment, verdict },
  }));
}
