import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeOrPrint } from './reportActions';

it('writes a report to a file, and says where it cannot be written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coxswain-report-'));
  try {
    const path = join(folder, 'costs.md');
    writeOrPrint('dear\n', path);
    expect(readFileSync(path, 'utf8')).toBe('dear\n');
    const nowhere = join(folder, 'none', 'costs.md');
    expect(() => writeOrPrint('dear\n', nowhere)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(nowhere) }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
