import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { processPlayers } from '../evaluate/players/playerProcess';
import type { ScaleConditions } from '../evaluate/scale/playScale';
import { scaleCsv } from '../evaluate/scale/report/csv';
import { scaleHtml } from '../evaluate/scale/report/html';
import { scaleMarkdown } from '../evaluate/scale/report/markdown';
import {
  localScalePlayers,
  runScale,
  type ScaleOutcome,
  type ScalePlan,
  type ScalePlayers,
  sourcesOf,
} from '../evaluate/scale/runScale';
import type { TraceLoad } from '../evaluate/scale/traceWorkload';
import { CoxswainError } from '../protocol';
import { readTraceFile } from '../simulate/traceFile';
import { orNothing } from './cancelled';
import type { ReportFormat } from './evaluateOptions';
import { openStore } from './openModel';
import { print } from './output';
import type { ProgramContext } from './programContext';
import { countProgress } from './progress';
import { makeReportFolder, type ReportWriters, writeReports } from './reportFiles';
import { scaleArms } from './scaleArms';

export interface EvaluateScaleOptions {
  stateDir: string;
  quick?: boolean;
  seeds?: number;
  /** Days of each load on each seed. */
  episodes?: number;
  arms?: readonly string[];
  /** CSV files. */
  trace?: readonly string[];
  pace?: ScaleConditions['pace'];
  /** Of a pod for an hour. */
  price?: number;
  output?: string;
  format?: ReportFormat;
  workers?: number;
}

/** The full one is for figures that are published, the quick one for whoever wants to see them again. */
const FULL = { seeds: 30, episodes: 1 };
const QUICK = { seeds: 10, episodes: 1 };

/** A core and a GiB at the default prices of the config. */
const POD_HOUR_PRICE = 0.045;

/** More processes than this would take longer to start than they save. */
const MOST_WORKERS = 8;

const WRITERS: ReportWriters<ScaleOutcome> = {
  md: ({ result }) => scaleMarkdown(result),
  csv: ({ played }) => scaleCsv(played),
  html: ({ result }) => scaleHtml(result),
  json: ({ result }) => `${JSON.stringify(result, null, 2)}\n`,
};

/** Lets all arms of scaling play the same days; prints the report, and writes it where a folder is named. */
export async function evaluateScale(options: EvaluateScaleOptions, context: ProgramContext): Promise<void> {
  const plan = await planOf(options, context);
  await orNothing(async (signal) => {
    if (options.output !== undefined) makeReportFolder(options.output);
    const players = playersOf(plan, options, context);
    try {
      const outcome = await runScale({ plan, players, onProgress: countProgress('blocks'), signal });
      if (options.output !== undefined) writeReports(options.output, 'scale', WRITERS, outcome);
      print(WRITERS[options.format ?? 'md'](outcome).trimEnd());
    } finally {
      players.close();
    }
  });
}

async function planOf(options: EvaluateScaleOptions, context: ProgramContext): Promise<ScalePlan> {
  const { quick, seeds, episodes, arms, trace = [], pace = 'free', price, stateDir } = options;
  const size = quick ? QUICK : FULL;
  return {
    conditions: { pace, traces: await Promise.all(trace.map(readTrace)), workloads: null },
    arms: scaleArms(arms ?? null, openStore(stateDir, context)),
    seeds: seeds ?? size.seeds,
    episodesPerSeed: episodes ?? size.episodes,
    podHourPrice: price ?? POD_HOUR_PRICE,
  };
}

/** @throws CoxswainError `usage` for a file that is no trace, or one without a single request */
async function readTrace(path: string): Promise<TraceLoad> {
  const { values, intervalSeconds } = await readTraceFile(path);
  if (values.some((value) => value > 0)) return { name: basename(path, '.csv'), values, intervalSeconds };
  throw new CoxswainError(
    'usage',
    `The trace ${path} has no request in it.`,
    'Name one with a rate above 0: without a load there is nothing to scale.',
  );
}

function playersOf(
  plan: ScalePlan,
  { workers = Math.min(MOST_WORKERS, availableParallelism()) }: EvaluateScaleOptions,
  { assetsDirectory }: ProgramContext,
): ScalePlayers {
  const setup = { sources: sourcesOf(plan), conditions: plan.conditions };
  if (workers === 0) return localScalePlayers(setup);
  const command = { program: join(assetsDirectory, 'agent.cjs'), args: ['evaluate', 'scale', '--serve'] };
  return processPlayers({ setup, create: localScalePlayers, command, count: workers });
}
