import type { ArmRole } from './canaryResult';
import type { EpisodeRecord, PlayedBlock, VerdictOwner } from './episodeRecord';

/** What an arm did: its blocks, for each of its trainings. */
export interface PlayedArm {
  name: string;
  title: string;
  /** One line for people. */
  describe: string;
  role: ArmRole;
  verdict: VerdictOwner;
  runs: readonly (readonly PlayedBlock[])[];
}

/** One release and where it stands in the design. */
export interface PlayedRelease {
  run: number;
  block: number;
  record: EpisodeRecord;
}

/** All releases of an arm; those of all arms are in the same order, trainings one after the other. */
export function releasesOf({ runs }: PlayedArm): PlayedRelease[] {
  return runs.flatMap((blocks, run) =>
    blocks.flatMap(({ records }, block) => records.map((record) => ({ run, block, record }))),
  );
}
