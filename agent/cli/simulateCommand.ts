import { writeFile } from 'node:fs/promises';
import { CoxswainError } from '../protocol';
import type { SimulationName } from '../simulate/arrangement';
import { chooseLoad } from '../simulate/loadChoice';
import type { LoadProfile } from '../simulate/loadProfiles';
import { type ReportFormat, simulationReport } from '../simulate/report';
import { runSimulation } from '../simulate/runSimulation';
import { orNothing } from './cancelled';
import { print } from './output';
import type { ProgramContext } from './programContext';

export interface SimulateOptions {
  load?: LoadProfile;
  stages?: string;
  trace?: string;
  scale: number;
  seconds?: number;
  rate: number;
  seed: number;
  policy?: string;
  kubeconfig?: string;
  format: ReportFormat;
  output?: string;
}

/** Progress goes to stderr, the result to stdout or a file. Exit code 1 where a rehearsal has not shown what it had to. */
export async function runSimulate(
  simulation: SimulationName,
  options: SimulateOptions,
  context: ProgramContext,
): Promise<void> {
  const { load: profile, stages, trace, scale, policy, kubeconfig, format, output } = options;
  const isNamed = profile !== undefined || stages !== undefined || trace !== undefined;
  const load = await chooseLoad({
    ...((profile !== undefined || !isNamed) && { profile: profile ?? 'gradual' }),
    ...(stages !== undefined && { stages }),
    ...(trace !== undefined && { trace }),
    scale,
  });
  const log = (text: string) => process.stderr.write(`${text}\n`);
  await orNothing(async (signal) => {
    const result = await runSimulation({
      ...context,
      simulation,
      load,
      seconds: options.seconds ?? null,
      rate: options.rate,
      seed: options.seed,
      policy,
      kubeconfig,
      signal,
      progress: log,
      log,
    });
    const text = simulationReport(result, format);
    if (output === undefined) print(text.trimEnd());
    else {
      await write(output, text);
      print(result.verdict);
    }
    if (result.checks.some(({ passed }) => !passed)) process.exitCode = 1;
  });
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CoxswainError(
      'usage',
      `The result cannot be written to ${path}: ${why}`,
      'Choose another --output.',
      {
        cause: error,
      },
    );
  }
}
