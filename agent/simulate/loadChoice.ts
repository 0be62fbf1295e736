import { CoxswainError } from '../protocol/errors';
import type { LoadShape } from '../sim/load';
import {
  LOAD_PROFILES,
  type LoadProfile,
  parseStages,
  stagesLoad,
  totalSeconds,
  traceLoad,
} from './loadProfiles';
import { readTraceFile } from './traceFile';

/** How somebody names a load; one of the three. */
export interface LoadOptions {
  profile?: LoadProfile;
  /** In the notation of k6. */
  stages?: string;
  /** A CSV file. */
  trace?: string;
  /** Times so many requests. */
  scale: number;
}

export interface ChosenLoad {
  /** For people. */
  title: string;
  /** From its beginning to its end, or until it starts over. */
  seconds: number;
  /** Requests per second with which it begins. */
  firstRate: number;
  shape(startAfterSeconds: number): LoadShape;
}

/** Throws CoxswainError `usage` where none or more than one is named, or it cannot be read. */
export async function chooseLoad({ profile, stages, trace, scale }: LoadOptions): Promise<ChosenLoad> {
  if ([profile, stages, trace].filter((way) => way !== undefined).length !== 1) {
    throw new CoxswainError(
      'usage',
      'A load is named in one way: by a profile, by stages or by a trace.',
      'Give one of gradual, spike and sustained, or --stages 2m:10,5m:50, or --trace file.csv.',
    );
  }
  const times = scale === 1 ? '' : `, times ${scale}`;
  if (trace !== undefined) {
    const read = await readTraceFile(trace);
    return {
      title: `trace ${trace}${times}`,
      seconds: read.values.length * read.intervalSeconds,
      firstRate: (read.values[0] ?? 0) * scale,
      shape: (startAfterSeconds) => traceLoad(read, scale, startAfterSeconds),
    };
  }
  const text = stages ?? LOAD_PROFILES[profile ?? 'gradual'];
  const parsed = parseStages(text);
  return {
    title: `${profile ? `${profile} (${text})` : `stages ${text}`}${times}`,
    seconds: totalSeconds(parsed),
    firstRate: 0,
    shape: (startAfterSeconds) => stagesLoad(parsed, scale, startAfterSeconds),
  };
}
