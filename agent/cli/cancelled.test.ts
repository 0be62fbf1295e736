import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { orNothing, untilCancelled } from './cancelled';

/** Work that ends only when it is asked to. */
const endless = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

describe('work that Ctrl-C ends', () => {
  let exitCode: typeof process.exitCode;
  beforeEach(() => {
    exitCode = process.exitCode;
  });
  afterEach(() => {
    process.exitCode = exitCode;
    vi.restoreAllMocks();
  });

  it('tells why it was ended, and nothing where it came to its end', async () => {
    const ended = untilCancelled(endless);
    process.emit('SIGINT');
    expect(await ended).toBe('cancelled (SIGINT)');
    expect(await untilCancelled(async () => undefined)).toBeNull();
  });

  it('throws what it failed with by itself', async () => {
    const failing = untilCancelled(async () => {
      throw new Error('it is broken');
    });
    await expect(failing).rejects.toThrow('it is broken');
  });

  it('says in its exit code that nothing was kept', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await orNothing(async () => undefined);
    expect(process.exitCode).toBe(exitCode);
    const ended = orNothing(endless);
    process.emit('SIGTERM');
    await ended;
    expect(process.exitCode).toBe(130);
    expect(write).toHaveBeenCalledWith('cancelled (SIGTERM): nothing was kept\n');
  });
});
