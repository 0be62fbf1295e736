import { goDurationMs } from '../cluster/goDuration';
import { CoxswainError } from '../protocol/errors';
import type { LoadShape } from '../sim/load';
import type { Trace } from './traceFile';

/** A part of a load: to so many virtual users in a straight line, as k6 has it. */
export interface UserStage {
  durationSeconds: number;
  users: number;
}

/** The loads that have a name, in the notation of k6. `manifests/load/` has the same for real clusters. */
export const LOAD_PROFILES = {
  gradual: '2m:10,5m:50,3m:100,2m:0',
  spike: '30s:50,1m:200,30s:10',
  sustained: '0s:100,10m:100',
} as const;
export type LoadProfile = keyof typeof LOAD_PROFILES;
export const LOAD_PROFILE_NAMES = Object.keys(LOAD_PROFILES) as [LoadProfile, ...LoadProfile[]];

/**
 * A virtual user of k6 asks, gets its answer and thinks; of the scripts in `manifests/load/` each makes so many requests
 * in a second.
 */
export const REQUESTS_PER_USER = 5;

const MOST_STAGES = 100;
const MOST_USERS = 100_000;
const LONGEST_SECONDS = 7 * 24 * 3600;

/**
 * Stages in the notation of k6: `2m:10,5m:50` goes to 10 virtual users within 2 minutes, then to 50 within 5.
 * Throws CoxswainError `usage` that names the stage.
 */
export function parseStages(text: string): UserStage[] {
  const stages = text.split(',').map(parseStage);
  if (stages.length > MOST_STAGES)
    throw malformed(text, `has ${stages.length} stages; ${MOST_STAGES} is the most`);
  const seconds = totalSeconds(stages);
  if (seconds > 0 && seconds <= LONGEST_SECONDS) return stages;
  throw malformed(text, `takes ${seconds} s; expected more than 0 and at most ${LONGEST_SECONDS}`);
}

export function totalSeconds(stages: readonly { durationSeconds: number }[]): number {
  return stages.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
}

/** @param scale times so many requests; 1 for the stages as they are */
export function stagesLoad(
  stages: readonly UserStage[],
  scale: number,
  startAfterSeconds: number,
): LoadShape {
  return {
    kind: 'stages',
    from: 0,
    stages: stages.map(({ durationSeconds, users }) => ({
      durationSeconds,
      target: users * REQUESTS_PER_USER * scale,
    })),
    noise: 0,
    startAfterSeconds,
  };
}

export function traceLoad(
  { values, intervalSeconds }: Trace,
  scale: number,
  startAfterSeconds: number,
): LoadShape {
  return {
    kind: 'trace',
    values: values.map((value) => value * scale),
    intervalSeconds,
    noise: 0,
    startAfterSeconds,
  };
}

function parseStage(part: string): UserStage {
  const [, time = '', count = ''] = /^\s*([^:]+):(\d+)\s*$/.exec(part) ?? [];
  const durationMs = goDurationMs(time);
  const users = Number(count);
  if (count === '' || durationMs === null) throw malformed(part, 'is not a time and a number');
  if (users > MOST_USERS) throw malformed(part, `has ${users} virtual users; ${MOST_USERS} is the most`);
  return { durationSeconds: durationMs / 1000, users };
}

function malformed(text: string, what: string): CoxswainError {
  return new CoxswainError(
    'usage',
    `The stage "${text.trim()}" ${what}.`,
    'Write stages as duration:virtual-users with commas between, for example 2m:10,5m:50,3m:100,2m:0.',
  );
}
