import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { canaryCsv } from '../evaluate/canary/report/csv';
import { canaryHtml } from '../evaluate/canary/report/html';
import { canaryMarkdown } from '../evaluate/canary/report/markdown';
import {
  type CanaryOutcome,
  type CanaryPlan,
  type CanaryPlayers,
  localCanaryPlayers,
  runCanary,
  sourcesOf,
} from '../evaluate/canary/runCanary';
import { processPlayers } from '../evaluate/players/playerProcess';
import { canaryArms } from './canaryArms';
import { orNothing } from './cancelled';
import type { ReportFormat } from './evaluateOptions';
import { openStore } from './openModel';
import { print } from './output';
import type { ProgramContext } from './programContext';
import { countProgress } from './progress';
import { makeReportFolder, type ReportWriters, writeReports } from './reportFiles';

export interface EvaluateCanaryOptions {
  stateDir: string;
  quick?: boolean;
  seeds?: number;
  /** Releases of each scenario at each level of traffic on each seed. */
  episodes?: number;
  arms?: readonly string[];
  output?: string;
  format?: ReportFormat;
  workers?: number;
}

/** The full one is for figures that are published, the quick one for whoever wants to see them again. */
const FULL = { seeds: 20, episodes: 50 };
const QUICK = { seeds: 10, episodes: 20 };

/** More processes than this would take longer to start than they save. */
const MOST_WORKERS = 8;

const WRITERS: ReportWriters<CanaryOutcome> = {
  md: ({ result }) => canaryMarkdown(result),
  csv: ({ played }) => canaryCsv(played),
  html: ({ result }) => canaryHtml(result),
  json: ({ result }) => `${JSON.stringify(result, null, 2)}\n`,
};

/** Lets all ways of releasing play the same releases; prints the report, and writes it where a folder is named. */
export async function evaluateCanary(options: EvaluateCanaryOptions, context: ProgramContext): Promise<void> {
  const plan = planOf(options, context);
  await orNothing(async (signal) => {
    if (options.output !== undefined) makeReportFolder(options.output);
    const players = playersOf(plan, options, context);
    try {
      const outcome = await runCanary({ plan, players, onProgress: countProgress('blocks'), signal });
      if (options.output !== undefined) writeReports(options.output, 'canary', WRITERS, outcome);
      print(WRITERS[options.format ?? 'md'](outcome).trimEnd());
    } finally {
      players.close();
    }
  });
}

function planOf(options: EvaluateCanaryOptions, context: ProgramContext): CanaryPlan {
  const { quick, seeds, episodes, arms, stateDir } = options;
  const size = quick ? QUICK : FULL;
  return {
    conditions: { cells: null },
    arms: canaryArms(arms ?? null, openStore(stateDir, context)),
    seeds: seeds ?? size.seeds,
    episodesPerSeed: episodes ?? size.episodes,
  };
}

function playersOf(
  plan: CanaryPlan,
  { workers = Math.min(MOST_WORKERS, availableParallelism()) }: EvaluateCanaryOptions,
  { assetsDirectory }: ProgramContext,
): CanaryPlayers {
  const setup = { sources: sourcesOf(plan), conditions: plan.conditions };
  if (workers === 0) return localCanaryPlayers(setup);
  const command = { program: join(assetsDirectory, 'agent.cjs'), args: ['evaluate', 'canary', '--serve'] };
  return processPlayers({ setup, create: localCanaryPlayers, command, count: workers });
}
