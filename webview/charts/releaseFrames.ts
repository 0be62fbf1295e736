import { type AgentSnapshot, type ReleaseState, workloadOf } from '../../agent/protocol';
import { memo } from '../memo';
import { type Marks, marksOf, policyLines, RELEASE_LANES } from '../model/marks';
import { releaseMarks } from '../model/releaseEvents';
import { toReleaseColumns } from '../model/releaseSeries';
import type { UiState } from '../uiState';
import type { ReleaseFrame } from './frame';

const MINUTE_MS = 60_000;
const NO_POINTS: readonly [] = [];
const NO_SPANS: readonly [] = [];

/** Makes the frames of the charts of a release: the same one until something in it changed or `tick` did. */
export class ReleaseFrameMaker {
  readonly #columns = memo(toReleaseColumns);
  readonly #marks = memo(allMarks);
  /** A release that has ended has no evidence any more, but its curves still have the bars that they were held to. */
  readonly #bars = new Map<string, ReleaseState['evidence']>();
  readonly #frame: (
    tick: number,
    minutes: number,
    selectedId: string | null,
    columns: ReleaseFrame['columns'],
    marks: Marks,
    evidence: ReleaseState['evidence'],
  ) => ReleaseFrame;

  constructor(nowMs: () => number, select: ReleaseFrame['select']) {
    this.#frame = memo((_tick, minutes, selectedId, columns, marks, evidence) => {
      const toMs = nowMs();
      return {
        xs: columns.atMs,
        xRange: [toMs - minutes * MINUTE_MS, toMs],
        columns,
        spansWithoutData: NO_SPANS,
        marks,
        lanes: RELEASE_LANES,
        evidence,
        nowMs: toMs,
        selectedId,
        select,
      };
    });
  }

  make(
    snapshot: AgentSnapshot,
    release: ReleaseState,
    { scalingMinutes, selectedId }: Pick<UiState, 'scalingMinutes' | 'selectedId'>,
    tick: number,
  ): ReleaseFrame {
    const { activity, faults, proposals } = snapshot;
    if (release.evidence !== null) this.#bars.set(release.id, release.evidence);
    return this.#frame(
      tick,
      scalingMinutes,
      selectedId,
      this.#columns(snapshot.releasePoints[release.id] ?? NO_POINTS),
      this.#marks(activity, faults, proposals, release),
      this.#bars.get(release.id) ?? null,
    );
  }
}

/** Without the lines of single actions and incidents, which are many here and have their bars. */
function allMarks(
  activity: AgentSnapshot['activity'],
  faults: AgentSnapshot['faults'],
  proposals: AgentSnapshot['proposals'],
  release: ReleaseState,
): Marks {
  const { bars } = marksOf({ activity, faults, proposals, runs: [], incident: null }, release.id);
  const ours = releaseMarks(
    activity.filter((row) => workloadOf(row.event) === release.id),
    release,
  );
  return {
    bars: [...bars, ...ours.bars],
    lines: [...ours.lines, ...policyLines(activity, 'canary')],
  };
}
