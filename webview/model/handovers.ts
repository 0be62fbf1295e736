import { type AutoscalerRef, autoscalerText, type JournalRow, type ScalingState } from '../../agent/protocol';
import { type Bar, bar, type Line, type Marks, type RowOf, rowsOf } from './marks';
import { handedOver } from './scaling';

type HandoverRow = RowOf<'handover'>;

/**
 * Who was in charge of the replicas when, from the kept journal rows and the state, which still knows what has fallen
 * out of them.
 *
 * @param rows of the workload, oldest first
 */
export function handoverMarks(rows: readonly JournalRow[], scaling: ScalingState | null): Marks {
  const handovers = rowsOf(rows, 'handover');
  const bars = handovers.map((row, index) => handoverBar(row, handovers[index + 1], scaling));
  return { bars: [...bars, ...forgottenBar(handovers, scaling)], lines: handovers.map(handoverLine) };
}

function handoverBar(row: HandoverRow, next: HandoverRow | undefined, scaling: ScalingState | null): Bar {
  const { autoscaler, how, why, by } = row.event;
  const toMs = next?.atMs ?? (lasts(how, scaling) ? null : row.atMs);
  const key = String(row.seq);
  return how === 'handed-back'
    ? backBar(key, row.atMs, toMs, autoscaler, why)
    : takenBar(key, row.atMs, toMs, autoscaler, how, by);
}

/** What the state says although the journal's rows do not reach back to its beginning. */
function forgottenBar(handovers: readonly HandoverRow[], scaling: ScalingState | null): Bar[] {
  if (scaling === null || handovers.length > 0) return [];
  const taken = handedOver(scaling);
  if (taken !== null) {
    const { how, by, sinceMs } = taken.handover;
    return [takenBar('state', sinceMs, null, taken, how, by)];
  }
  const { handedBack, autoscalers } = scaling;
  const [autoscaler] = autoscalers;
  if (handedBack === null || autoscaler === undefined) return [];
  return [backBar('state', handedBack.atMs, null, autoscaler, handedBack.why)];
}

function takenBar(
  key: string,
  fromMs: number,
  toMs: number | null,
  autoscaler: AutoscalerRef,
  how: 'advise' | 'own',
  by: string,
): Bar {
  const verb = how === 'own' ? 'taken over from' : 'advising';
  return {
    ...bar('handover', key, fromMs, toMs, `${verb} ${autoscalerText(autoscaler)}, agreed by ${by}`),
    label: how,
  };
}

function backBar(
  key: string,
  fromMs: number,
  toMs: number | null,
  autoscaler: AutoscalerRef,
  why: string,
): Bar {
  const name = autoscalerText(autoscaler);
  return {
    ...bar('handover', key, fromMs, toMs, `handed back to ${name}: ${why}`),
    label: isBreaker(why) ? `breaker open: ${name}` : name,
    tone: isBreaker(why) ? 'bad' : 'notice',
  };
}

function handoverLine({ atMs, event }: HandoverRow): Line {
  if (event.how !== 'handed-back') return { kind: 'taken-over', atMs, text: `${event.how} begins` };
  return { kind: 'handed-back', atMs, text: isBreaker(event.why) ? 'breaker opens' : 'handed back' };
}

function lasts(how: HandoverRow['event']['how'], scaling: ScalingState | null): boolean {
  if (scaling === null) return false;
  return how === 'handed-back' ? scaling.handedBack !== null : handedOver(scaling) !== null;
}

function isBreaker(why: string): boolean {
  return /\bbreaker\b/i.test(why);
}
