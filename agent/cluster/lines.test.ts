import { describe, expect, it } from 'vitest';
import { splitLines } from './lines';

async function split(chunks: readonly (string | Uint8Array)[], maxLineLength = 100): Promise<string[]> {
  async function* bytes() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
  }
  const lines: string[] = [];
  for await (const line of splitLines(bytes(), maxLineLength)) lines.push(line);
  return lines;
}

describe('lines', () => {
  it('are put together over chunks', async () => {
    expect(await split(['ab', 'c\nde', 'f\n', 'g\nh\ni'])).toEqual(['abc', 'def', 'g', 'h', 'i']);
  });

  it('keep characters whole that a chunk border cuts', async () => {
    const bytes = new TextEncoder().encode('größe\n');
    expect(await split([bytes.subarray(0, 3), bytes.subarray(3)])).toEqual(['größe']);
  });

  it('are refused when one is too long', async () => {
    await expect(split(['x'.repeat(60), 'x'.repeat(60)])).rejects.toThrow('more than 100 characters');
  });

  it('are read no faster than they are taken', async () => {
    let produced = 0;
    async function* bytes() {
      for (;;) {
        produced += 1;
        yield new TextEncoder().encode('line\n');
      }
    }
    const lines = splitLines(bytes(), 100);
    await lines.next();
    await lines.next();
    expect(produced).toBe(2);
    await lines.return(undefined);
  });
});
