import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Detection } from '../evaluate/heal/healResult';
import type { HealConditions } from '../evaluate/heal/healRules';
import { MANUAL_RECOVERY } from '../evaluate/heal/manualRecovery';
import { processPlayers } from '../evaluate/heal/playerProcess';
import { healCsv } from '../evaluate/heal/report/csv';
import { healHtml } from '../evaluate/heal/report/html';
import { healMarkdown } from '../evaluate/heal/report/markdown';
import {
  type BlockPlayers,
  type HealOutcome,
  type HealPlan,
  localPlayers,
  runHeal,
  sourcesOf,
} from '../evaluate/heal/runHeal';
import { CoxswainError } from '../protocol';
import { orNothing } from './cancelled';
import { healArms } from './evaluateArms';
import { REPORT_FORMATS, type ReportFormat } from './evaluateOptions';
import { openStore } from './openModel';
import { print } from './output';
import type { ProgramContext } from './programContext';
import { countProgress } from './progress';

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

/** Files of the report by their format. */
const FILE_NAMES: Readonly<Record<ReportFormat, string>> = {
  md: 'heal.md',
  csv: 'heal.csv',
  html: 'heal.html',
  json: 'heal.json',
};

const WRITERS: Readonly<Record<ReportFormat, (outcome: HealOutcome) => string>> = {
  md: ({ result }) => healMarkdown(result),
  csv: ({ played }) => healCsv(played),
  html: ({ result }) => healHtml(result),
  json: ({ result }) => `${JSON.stringify(result, null, 2)}\n`,
};

/** Lets all arms of healing play the same episodes; prints the report, and writes it where a folder is named. */
export async function evaluateHeal(options: EvaluateHealOptions, context: ProgramContext): Promise<void> {
  const plan = planOf(options, context);
  await orNothing(async (signal) => {
    if (options.output !== undefined) makeFolder(options.output);
    const players = playersOf(plan, options, context);
    try {
      const outcome = await runHeal({
        plan,
        players,
        onProgress: countProgress('episodes'),
        signal,
      });
      if (options.output !== undefined) writeReports(options.output, outcome);
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
): BlockPlayers {
  const sources = sourcesOf(plan);
  if (workers === 0) return localPlayers(sources, plan.conditions);
  const command = { program: join(assetsDirectory, 'agent.cjs'), args: ['evaluate', 'heal', '--serve'] };
  return processPlayers(sources, plan.conditions, command, workers);
}

/** Before anything is played, so that minutes are not lost to a folder that cannot be written. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function writeReports(folder: string, outcome: HealOutcome): void {
  for (const format of REPORT_FORMATS) {
    const path = join(folder, FILE_NAMES[format]);
    try {
      writeFileSync(path, WRITERS[format](outcome));
    } catch (error) {
      throw unwritable(path, error);
    }
  }
  process.stderr.write(
    `report in ${resolve(folder, FILE_NAMES.html)}, and beside it as Markdown, CSV and JSON\n`,
  );
}

function unwritable(path: string, error: unknown): CoxswainError {
  return new CoxswainError(
    'usage',
    `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    'Name another folder with --output.',
    { cause: error },
  );
}
