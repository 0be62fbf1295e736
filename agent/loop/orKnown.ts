import type { Clock } from '../clock';

/**
 * What a promise brings within `patienceMs` of cluster time, else what is known already. What comes later is told, and
 * a failure that comes later is nobody's.
 */
export async function orKnown<T>(
  coming: Promise<T>,
  known: T,
  { clock, patienceMs, onLate }: { clock: Clock; patienceMs: number; onLate(): void },
): Promise<T> {
  const { promise: tooLate, resolve } = Promise.withResolvers<T>();
  const cancel = clock.schedule(patienceMs, () => {
    resolve(known);
    coming.then(onLate, () => undefined);
  });
  try {
    return await Promise.race([coming, tooLate]);
  } finally {
    cancel();
  }
}
