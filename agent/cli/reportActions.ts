import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CostFormat } from '../costs/renderCosts';
import type { Params } from '../protocol';
import { CoxswainError, isCoxswainError } from '../protocol';
import { askOnce, connectToAgent } from './agentClient';
import { orNothing } from './cancelled';
import { print } from './output';
import { workloadIdOf } from './workloadArgument';

export interface ReportCostOptions {
  /** Seconds. */
  since: number;
  baseline: 'hpa' | 'fixed';
  format: CostFormat;
  workload?: string;
  output?: string;
  config?: string;
  context?: string;
  kubeconfig?: string;
  stateDir: string;
}

/** `coxswain report cost`: of the agent that runs, or by a connection of its own where none does. */
export async function reportCost(options: ReportCostOptions): Promise<void> {
  const params: Params<'costReport'> = {
    sinceSeconds: options.since,
    baseline: options.baseline,
    format: options.format,
    ...(options.workload === undefined ? {} : { workloadId: workloadIdOf(options.workload) }),
  };
  await orNothing(async (signal) => {
    const text = (await askAgent(params, options)) ?? (await askCluster(params, options, signal));
    writeOrPrint(text, options.output);
  });
}

/** A report is a file or the terminal's. @throws CoxswainError `usage` where it cannot be written */
export function writeOrPrint(text: string, path: string | undefined): void {
  if (path === undefined) {
    print(text.trimEnd());
    return;
  }
  try {
    writeFileSync(resolve(path), text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CoxswainError(
      'usage',
      `The report cannot be written to ${path}: ${why}`,
      'Choose another --output.',
      {
        cause: error,
      },
    );
  }
}

/** Null where no agent runs, is connected, or where another cluster is asked for. */
async function askAgent(
  params: Params<'costReport'>,
  { stateDir, config, context, kubeconfig }: ReportCostOptions,
): Promise<string | null> {
  if (config !== undefined || context !== undefined || kubeconfig !== undefined) return null;
  try {
    return (await askOnce(await connectToAgent(stateDir), (agent) => agent.request('costReport', params)))
      .text;
  } catch (error) {
    const isAbsent = isCoxswainError(error) && ['agent-not-running', 'not-connected'].includes(error.code);
    if (!isAbsent) throw error;
    return null;
  }
}

async function askCluster(
  params: Params<'costReport'>,
  options: ReportCostOptions,
  signal: AbortSignal,
): Promise<string> {
  const { costsOfCluster } = await import('./reportConnection');
  return costsOfCluster(params, options, signal);
}
