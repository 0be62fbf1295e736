import { costAt } from '../../sim/scale/sloCost';
import type { EpisodeRecord, PlayedBlock } from './episodeRecord';
import type { ArmRole } from './scaleResult';

/** What an arm did: its blocks, for each of its trainings. */
export interface PlayedArm {
  name: string;
  title: string;
  /** One line for people. */
  describe: string;
  role: ArmRole;
  runs: readonly (readonly PlayedBlock[])[];
}

/** One load on one seed: where it stands in the design, and what was played there, by price. */
export interface Day {
  run: number;
  block: number;
  workload: number;
  episode: number;
  byPrice: ReadonlyMap<number | null, EpisodeRecord>;
}

/** All days of an arm; those of all arms are in the same order, trainings one after the other. */
export function daysOf({ runs }: PlayedArm, workloads: readonly string[]): Day[] {
  return runs.flatMap((blocks, run) =>
    blocks.flatMap(({ records }, block) => {
      const bySeed = Map.groupBy(records, ({ seed }) => seed);
      const seen = new Map<string, number>();
      return [...bySeed.values()].map((own) => {
        const workload = own[0]?.workload ?? '';
        const episode = seen.get(workload) ?? 0;
        seen.set(workload, episode + 1);
        const byPrice = new Map(own.map((record) => [record.violationPrice, record]));
        return { run, block, workload: workloads.indexOf(workload), episode, byPrice };
      });
    }),
  );
}

/** What was done under a price. @throws RangeError where it was not played */
export function recordAt({ byPrice }: Day, price: number): EpisodeRecord {
  const record = byPrice.get(price) ?? byPrice.get(null);
  if (record) return record;
  throw new RangeError(`a day was not played at a price of ${price}`);
}

/** J(W). */
export function costOf(day: Day, price: number): number {
  const { meanPods, meanLoad, violatedShare, actionsPerHour } = recordAt(day, price);
  return costAt({ meanPods, meanLoad, violatedShare, actionsPerHour }, price);
}
