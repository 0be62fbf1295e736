import { formatSummary, runDemo } from '../demo/demo';
import { print } from './output';
import { untilEnd } from './untilEnd';

export interface DemoCommandOptions {
  seconds?: number;
  rate: number;
  seed: number;
  port: number;
}

/** Exit code 0 only if every injected fault was recovered. */
export async function runDemoCommand(
  options: DemoCommandOptions,
  context: { version: string; assetsDirectory: string },
): Promise<void> {
  const aborter = new AbortController();
  void untilEnd({ exitWithStdin: false }).then((reason) => aborter.abort(reason));
  const summary = await runDemo({
    ...options,
    ...context,
    seconds: options.seconds ?? null,
    signal: aborter.signal,
  });
  print(formatSummary(summary, options.rate));
  if (summary.recovered < summary.injected || (options.seconds !== undefined && summary.injected === 0)) {
    process.exitCode = 1;
  }
}
