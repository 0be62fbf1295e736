import * as z from 'zod';
import { ReleaseOperation } from './release';
import { AutoscalerRef } from './scaling';

const Change = z.object({ from: z.number().int(), to: z.number().int() });

/** What a policy may propose. The executor of a task turns it into one reversible write. */
export const Action = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('restart-pod'), pod: z.string(), podUid: z.string() }),
  z.object({ kind: z.literal('scale'), from: z.number().int(), to: z.number().int() }),
  z.object({ kind: z.literal('drain-pod'), pod: z.string(), podUid: z.string() }),
  z.object({ kind: z.literal('undrain-pod'), pod: z.string(), podUid: z.string() }),
  /** Moves `minReplicas` of the autoscaler; the first time it also notes on it what it was. */
  z.object({ kind: z.literal('advise'), autoscaler: AutoscalerRef, minReplicas: Change }),
  /** Suspends the autoscaler but for a net against overload, and notes on it what it was. */
  z.object({ kind: z.literal('take-over'), autoscaler: AutoscalerRef }),
  /** Makes the autoscaler again what it was. */
  z.object({ kind: z.literal('hand-back'), autoscaler: AutoscalerRef }),
  /** Something is done to a release; it may take several writes. */
  z.object({ kind: z.literal('release'), operation: ReleaseOperation }),
]);
export type Action = z.infer<typeof Action>;
export type ActionKind = Action['kind'];
