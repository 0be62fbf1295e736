import type { AgentSnapshot, WorkloadState } from '../../agent/protocol';
import { memo } from '../memo';
import { LIVE_LANES, marksOf } from '../model/marks';
import { spansWithoutData, toColumns } from '../model/series';
import type { UiState } from '../uiState';
import type { LiveFrame } from './frame';

const MINUTE_MS = 60_000;
const NO_SAMPLES: readonly [] = [];

/**
 * Makes the frames of a panel. It gives the same frame until something in it changed or `tick` did, so that deltas
 * about other things draw nothing, and the same columns until there are new samples.
 */
export class FrameMaker {
  readonly #columns = memo(toColumns);
  readonly #spans = memo(spansWithoutData);
  readonly #marks = memo(
    (
      id: string,
      activity: AgentSnapshot['activity'],
      faults: AgentSnapshot['faults'],
      proposals: AgentSnapshot['proposals'],
      runs: AgentSnapshot['runs'],
      incident: WorkloadState['incident'],
    ) => marksOf({ activity, faults, proposals, runs, incident }, id),
  );
  readonly #frame: (
    tick: number,
    windowMinutes: number,
    selectedId: string | null,
    ...parts: FrameParts
  ) => LiveFrame;

  constructor(nowMs: () => number, select: LiveFrame['select']) {
    this.#frame = memo((_tick, windowMinutes, selectedId, columns, spansWithoutData, marks, slo) => {
      const toMs = nowMs();
      return {
        xs: columns.atMs,
        xRange: [toMs - windowMinutes * MINUTE_MS, toMs],
        columns,
        spansWithoutData,
        marks,
        lanes: LIVE_LANES,
        slo,
        nowMs: toMs,
        selectedId,
        select,
      };
    });
  }

  make(
    snapshot: AgentSnapshot,
    workload: WorkloadState,
    { windowMinutes, selectedId }: Pick<UiState, 'windowMinutes' | 'selectedId'>,
    tick: number,
  ): LiveFrame {
    const samples = snapshot.samples[workload.id] ?? NO_SAMPLES;
    const { activity, faults, proposals, runs } = snapshot;
    return this.#frame(
      tick,
      windowMinutes,
      selectedId,
      this.#columns(samples),
      this.#spans(samples, workload.data),
      this.#marks(workload.id, activity, faults, proposals, runs, workload.incident),
      workload.slo,
    );
  }
}

type FrameParts = [LiveFrame['columns'], LiveFrame['spansWithoutData'], LiveFrame['marks'], LiveFrame['slo']];
