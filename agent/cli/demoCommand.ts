import { formatSummary, runDemo, SHORTEST_SECONDS } from '../demo/demo';
import { print } from './output';
import type { ProgramContext } from './programContext';
import { untilEnd } from './untilEnd';

export interface DemoCommandOptions {
  seconds?: number;
  rate: number;
  seed: number;
  port: number;
}

/** With an end, exit code 0 only if every fault was injected and recovered from, and there was one at all. */
export async function runDemoCommand(options: DemoCommandOptions, context: ProgramContext): Promise<void> {
  const aborter = new AbortController();
  void untilEnd({ exitWithStdin: false }).then((reason) => aborter.abort(reason));
  const { seconds = null } = options;
  const summary = await runDemo({ ...options, ...context, seconds, signal: aborter.signal });
  const { injected, notInjected, recovered } = summary;
  print(formatSummary(summary, options.rate));
  if (seconds === null) return;
  if (injected + notInjected === 0)
    print(`No fault fits into ${seconds} s: give it ${SHORTEST_SECONDS} or more.`);
  if (recovered < injected + notInjected || injected === 0) process.exitCode = 1;
}
