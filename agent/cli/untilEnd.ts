/**
 * Resolves with the reason when this process is asked to end: by a signal, by a reader of its output that has left,
 * by the end of a parent that has opened a channel to it, or by its parent closing stdin.
 */
export function untilEnd(options: { exitWithStdin: boolean }): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve(signal));
    }
    process.stdout.once('error', () => resolve('nobody reads the output any more'));
    process.once('disconnect', () => resolve('the parent process is gone'));
    // To listen for its end must not keep a process that is done.
    process.channel?.unref();
    if (!options.exitWithStdin) return;
    process.stdin.once('end', () => resolve('the parent process is gone'));
    process.stdin.once('error', () => resolve('the parent process is gone'));
    process.stdin.resume();
  });
}
