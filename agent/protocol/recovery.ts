import * as z from 'zod';
import { FaultKind } from './fault';

const Seconds = z.object({ median: z.number(), p95: z.number() });

/** What became of the incidents of some time, by the kind of fault that was behind them. */
export const RecoveryGroup = z.object({
  /** `unknown` where no fault of a chaos tool explains the incident. */
  kind: FaultKind.or(z.literal('unknown')),
  incidents: z.number().int(),
  recovered: z.number().int(),
  /** From the fault's injection; null without one of a known time. */
  detectionSeconds: Seconds.nullable(),
  recoverySeconds: Seconds.nullable(),
  actions: z.number().int(),
  /** Actions whose measured outcome was no better, and those whose outcome was worse. */
  ineffectiveActions: z.number().int(),
  harmfulActions: z.number().int(),
});
export type RecoveryGroup = z.infer<typeof RecoveryGroup>;

/** From the journal: injection records are the ground truth for detection and recovery. */
export const RecoveryStatistics = z.object({
  sinceMs: z.number(),
  untilMs: z.number(),
  all: RecoveryGroup.omit({ kind: true }),
  byKind: z.array(RecoveryGroup),
  /** Actions while no incident was open. */
  actionsWithoutIncident: z.number().int(),
});
export type RecoveryStatistics = z.infer<typeof RecoveryStatistics>;
