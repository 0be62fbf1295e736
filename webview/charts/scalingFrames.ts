import { type AgentSnapshot, type ScalingState, type WorkloadState, workloadOf } from '../../agent/protocol';
import { memo } from '../memo';
import { handoverMarks } from '../model/handovers';
import { type Marks, marksOf, policyLines, SCALING_LANES } from '../model/marks';
import { toScalingColumns } from '../model/scalingSeries';
import { spansWithoutData } from '../model/series';
import type { UiState } from '../uiState';
import type { ScalingFrame } from './frame';
import { scalingPanel } from './scalingCharts';
import type { PanelSpec } from './spec';

const MINUTE_MS = 60_000;
const NO_POINTS: readonly [] = [];
const NO_SAMPLES: readonly [] = [];

/** Makes the frames of the charts of a workload's scaling: the same one until something in it changed or `tick` did. */
export class ScalingFrameMaker {
  readonly #columns = memo(toScalingColumns);
  readonly #spans = memo(spansWithoutData);
  readonly #marks = memo(scalingMarks);
  readonly #panel = memo((terms: string) => scalingPanel(terms === '' ? [] : terms.split('\n')));
  readonly #frame: (
    tick: number,
    minutes: number,
    selectedId: string | null,
    columns: ScalingFrame['columns'],
    spans: ScalingFrame['spansWithoutData'],
    marks: Marks,
    currency: string,
  ) => ScalingFrame;

  constructor(nowMs: () => number, select: ScalingFrame['select']) {
    this.#frame = memo((_tick, minutes, selectedId, columns, spans, marks, currency) => {
      const toMs = nowMs();
      return {
        xs: columns.atMs,
        xRange: [toMs - minutes * MINUTE_MS, toMs],
        columns,
        spansWithoutData: spans,
        marks,
        lanes: SCALING_LANES,
        currency,
        nowMs: toMs,
        selectedId,
        select,
      };
    });
  }

  make(
    snapshot: AgentSnapshot,
    workload: WorkloadState,
    scaling: ScalingState,
    { scalingMinutes, selectedId }: Pick<UiState, 'scalingMinutes' | 'selectedId'>,
    currency: string,
    tick: number,
  ): ScalingFrame {
    const { activity, faults, proposals } = snapshot;
    return this.#frame(
      tick,
      scalingMinutes,
      selectedId,
      this.#columns(snapshot.scalingPoints[workload.id] ?? NO_POINTS),
      this.#spans(snapshot.samples[workload.id] ?? NO_SAMPLES, workload.data),
      this.#marks(workload.id, activity, faults, proposals, workload.incident, scaling),
      currency,
    );
  }

  /** The charts for what a frame has; the same ones as long as the reward has the same addends. */
  panel({ columns }: ScalingFrame): PanelSpec<ScalingFrame> {
    return this.#panel([...columns.terms.keys()].join('\n'));
  }
}

/** Without the runs and without the lines of single actions, which are many here and have their bars. */
function scalingMarks(
  id: string,
  activity: AgentSnapshot['activity'],
  faults: AgentSnapshot['faults'],
  proposals: AgentSnapshot['proposals'],
  incident: WorkloadState['incident'],
  scaling: ScalingState,
): Marks {
  const { bars } = marksOf({ activity, faults, proposals, runs: [], incident }, id);
  const handovers = handoverMarks(
    activity.filter((row) => workloadOf(row.event) === id),
    scaling,
  );
  return {
    bars: [...bars, ...handovers.bars],
    lines: [...handovers.lines, ...policyLines(activity, 'scale')],
  };
}
