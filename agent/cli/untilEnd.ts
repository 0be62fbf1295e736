/** Resolves with the reason when this process is asked to end: by a signal, or by its parent closing stdin. */
export function untilEnd(options: { exitWithStdin: boolean }): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve(signal));
    if (!options.exitWithStdin) return;
    process.stdin.once('end', () => resolve('the parent process is gone'));
    process.stdin.once('error', () => resolve('the parent process is gone'));
    process.stdin.resume();
  });
}
