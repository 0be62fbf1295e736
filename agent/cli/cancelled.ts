import { untilEnd } from './untilEnd';

/** As shells give it to what Ctrl-C has ended. */
const CANCELLED_EXIT_CODE = 130;

/**
 * Does work that Ctrl-C, SIGTERM and SIGHUP end by its signal.
 *
 * @returns why it was ended; null where it came to its end
 */
export async function untilCancelled(work: (signal: AbortSignal) => Promise<void>): Promise<string | null> {
  const aborter = new AbortController();
  void untilEnd({ exitWithStdin: false }).then((reason) => aborter.abort(new Error(reason)));
  try {
    await work(aborter.signal);
    return null;
  } catch (error) {
    if (!aborter.signal.aborted) throw error;
    return `cancelled (${aborter.signal.reason.message})`;
  }
}

/** The same for work of which nothing is kept where it was ended: that is said, and in the exit code. */
export async function orNothing(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const cancelled = await untilCancelled(work);
  if (cancelled === null) return;
  process.stderr.write(`${cancelled}: nothing was kept\n`);
  process.exitCode = CANCELLED_EXIT_CODE;
}
