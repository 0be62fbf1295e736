import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Detection } from '../evaluate/heal/healResult';
import type { HealConditions } from '../evaluate/heal/healRules';
import { MANUAL_RECOVERY } from '../evaluate/heal/manualRecovery';
import { healCsv } from '../evaluate/heal/report/csv';
import { healHtml } from '../evaluate/heal/report/html';
import { healMarkdown } from '../evaluate/heal/report/markdown';
import {
  type HealOutcome,
  type HealPlan,
  type HealPlayers,
  localPlayers,
  runHeal,
  sourcesOf,
} from '../evaluate/heal/runHeal';
import { processPlayers } from '../evaluate/players/playerProcess';
import { orNothing } from './cancelled';
import { healArms } from './evaluateArms';
import type { ReportFormat } from './evaluateOptions';
import { openStore } from './openModel';
import { print } from './output';
import type { ProgramContext } from './programContext';
import { countProgress } from './progress';
import { makeReportFolder, type ReportWriters, writeReports } from './reportFiles';

export interface EvaluateHealOptions {
  stateDir: string;
  quick?: boolean;
  seeds?: number;
  episodes?: number;
  arms?: readonly string[];
  detection?: Detection;
  /** Seconds. */
  reaction?: number;
  output?: string;
  format?: ReportFormat;
  workers?: number;
}

interface Size {
  seeds: number;
  /** Of each seed. */
  episodes: number;
}

/** The full one is for figures that are published, the quick one for whoever wants to see them again. */
const FULL: Size = { seeds: 20, episodes: 1000 };
const QUICK: Size = { seeds: 10, episodes: 300 };

/** More processes than this would take longer to start than they save. */
const MOST_WORKERS = 8;

const WRITERS: ReportWriters<HealOutcome> = {
  md: ({ result }) => healMarkdown(result),
  csv: ({ played }) => healCsv(played),
  html: ({ result }) => healHtml(result),
  json: ({ result }) => `${JSON.stringify(result, null, 2)}\n`,
};

/** Lets all arms of healing play the same episodes; prints the report, and writes it where a folder is named. */
export async function evaluateHeal(options: EvaluateHealOptions, context: ProgramContext): Promise<void> {
  const plan = planOf(options, context);
  await orNothing(async (signal) => {
    if (options.output !== undefined) makeReportFolder(options.output);
    const players = playersOf(plan, options, context);
    try {
      const outcome = await runHeal({
        plan,
        players,
        onProgress: countProgress('episodes'),
        signal,
      });
      if (options.output !== undefined) writeReports(options.output, 'heal', WRITERS, outcome);
      print(WRITERS[options.format ?? 'md'](outcome).trimEnd());
    } finally {
      players.close();
    }
  });
}

function planOf(options: EvaluateHealOptions, context: ProgramContext): HealPlan {
  const { quick, seeds, episodes, arms, detection = 'events', reaction, stateDir } = options;
  const size = quick ? QUICK : FULL;
  const conditions: HealConditions = {
    detection,
    manual: { ...MANUAL_RECOVERY, reactionSeconds: reaction ?? MANUAL_RECOVERY.reactionSeconds },
  };
  return {
    conditions,
    arms: healArms({ conditions, names: arms ?? null, store: openStore(stateDir, context) }),
    seeds: seeds ?? size.seeds,
    episodesPerSeed: episodes ?? size.episodes,
  };
}

function playersOf(
  plan: HealPlan,
  { workers = Math.min(MOST_WORKERS, availableParallelism()) }: EvaluateHealOptions,
  { assetsDirectory }: ProgramContext,
): HealPlayers {
  const setup = { sources: sourcesOf(plan), conditions: plan.conditions };
  if (workers === 0) return localPlayers(setup);
  const command = { program: join(assetsDirectory, 'agent.cjs'), args: ['evaluate', 'heal', '--serve'] };
  return processPlayers({ setup, create: localPlayers, command, count: workers });
}
