import type { AgentSnapshot, WorkloadState } from '../../agent/protocol';
import { memo } from '../memo';
import { marksOf } from '../model/marks';
import { spansWithoutData, toColumns } from '../model/series';
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
      incident: WorkloadState['incident'],
    ) => marksOf({ activity, faults, proposals, incident }, id),
  );
  readonly #frame: (tick: number, windowMinutes: number, ...parts: FrameParts) => LiveFrame;

  constructor(nowMs: () => number) {
    this.#frame = memo((_tick, windowMinutes, columns, spansWithoutData, marks, slo) => {
      const toMs = nowMs();
      return {
        xs: columns.atMs,
        xRange: [toMs - windowMinutes * MINUTE_MS, toMs],
        columns,
        spansWithoutData,
        marks,
        slo,
        nowMs: toMs,
      };
    });
  }

  make(snapshot: AgentSnapshot, workload: WorkloadState, windowMinutes: number, tick: number): LiveFrame {
    const samples = snapshot.samples[workload.id] ?? NO_SAMPLES;
    const { activity, faults, proposals } = snapshot;
    return this.#frame(
      tick,
      windowMinutes,
      this.#columns(samples),
      this.#spans(samples, workload.data),
      this.#marks(workload.id, activity, faults, proposals, workload.incident),
      workload.slo,
    );
  }
}

type FrameParts = [LiveFrame['columns'], LiveFrame['spansWithoutData'], LiveFrame['marks'], LiveFrame['slo']];
