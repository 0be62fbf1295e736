import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCoxswainError } from '../protocol/errors';
import { parseTrace, readTraceFile } from './traceFile';

const HEADER = 't_seconds,requests_per_second';

/** What is said about a text that is no trace. */
function refusal(text: string): string {
  try {
    parseTrace(text, 'load.csv');
  } catch (error) {
    if (isCoxswainError(error)) return `${error.code}: ${error.message} ${error.remedy}`;
    throw error;
  }
  return 'none';
}

const lines = (...rows: string[]) => [HEADER, ...rows].join('\n');

describe('a trace', () => {
  it('is its rates and the interval between them', () => {
    expect(parseTrace(lines('0,1', '60,2.5', '120,0'), 'load.csv')).toEqual({
      values: [1, 2.5, 0],
      intervalSeconds: 60,
    });
  });

  it('may begin at any time, and be written on Windows or by a spreadsheet', () => {
    const text = `\uFEFF t_seconds , requests_per_second\r\n300, 4\r\n600, 1e2\r\n\r\n`;
    expect(parseTrace(text, 'load.csv')).toEqual({ values: [4, 100], intervalSeconds: 300 });
  });

  it('may have times that are rounded', () => {
    const third = lines('0,1', '0.333333,1', '0.666667,1', '1,1');
    expect(parseTrace(third, 'load.csv').intervalSeconds).toBeCloseTo(1 / 3);
  });

  it.each([
    ['', 'usage: The trace load.csv is empty.'],
    ['\n\n', 'is empty'],
    ['0,1\n60,2', `line 1: expected the header ${HEADER}, found "0,1"`],
    ['requests_per_second,t_seconds\n1,0\n1,1', 'line 1: expected the header'],
    ['t_seconds,requests_per_second,errors\n0,1,0', 'line 1: expected the header'],
    [HEADER, 'has no rows'],
    [lines('0,1'), 'has a single row, which tells no interval'],
    [lines('0,1', '60,2,3'), 'line 3: expected 2 columns, found 3'],
    [lines('0,1', '60'), 'line 3: expected 2 columns, found 1'],
    [lines('0;1', '60;2'), 'line 2: expected 2 columns, found 1 in "0;1"'],
    [lines('0,1', '', '120,2'), 'line 3: the line is empty'],
    [lines('0,1', '60,'), 'line 3: the rate "" is not a number'],
    [lines('0,1', '60,NaN'), 'line 3: the rate "NaN" is not a number'],
    [lines('0,1', '60,Infinity'), 'the rate "Infinity" is not a number'],
    [lines('0,1', '60,0x10'), 'the rate "0x10" is not a number'],
    [lines('0,1', 'noon,2'), 'line 3: the time "noon" is not a number'],
    [lines('0,1', '1e12,2'), 'lasts 1000000000000 s; 62914560, two years, is the most'],
    [lines('0,1', '60,-2'), 'line 3: the rate -2 is not within 0 and 1000000'],
    [lines('0,1', '60,1e9'), 'line 3: the rate 1000000000 is not within'],
    [
      lines('0,1', '60,2', '180,3'),
      'line 4: expected the time 120 (a row each 60 s), found 180: a gap of 1 row.',
    ],
    [lines('0,1', '60,2', '300,3'), 'a gap of 3 rows'],
    [lines('0,1', '60,2', '90,3'), 'line 4: expected the time 120 (a row each 60 s), found 90.'],
    [lines('0,1', '60,2', '60,3'), 'line 4: the time 60 does not come after 60'],
    [lines('60,1', '0,2'), 'line 3: the time 0 does not come after 60'],
  ])('is refused where it is %j', (text, expected) => {
    expect(refusal(text)).toContain(expected);
  });

  it('is refused where it is too long', () => {
    const rows = Array.from({ length: 1_048_577 }, (_, second) => `${second},1`);
    expect(refusal([HEADER, ...rows].join('\n'))).toContain('has 1048577 rows; 1048576 is the most');
  });

  it('is read back as it was written, or refused with a message, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 50 }),
        fc.integer({ min: 1, max: 3600 }),
        (values, intervalSeconds) => {
          const rows = values.map((value, index) => `${index * intervalSeconds},${value}`);
          expect(parseTrace(lines(...rows), 'load.csv')).toEqual({
            values: values.map((value) => value + 0),
            intervalSeconds,
          });
        },
      ),
    );
    fc.assert(fc.property(fc.string(), (text) => refusal(`${HEADER}\n${text}`).length > 0));
  });
});

describe('a trace file', () => {
  it('is named where it is not there', async () => {
    await expect(readTraceFile('nowhere.csv')).rejects.toThrow(
      'The trace nowhere.csv cannot be read: ENOENT',
    );
  });

  it('is read from the disk', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'coxswain-trace-'));
    try {
      const path = join(directory, 'load.csv');
      writeFileSync(path, lines('0,1', '15,2'));
      expect(await readTraceFile(path)).toEqual({ values: [1, 2], intervalSeconds: 15 });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('may be each of the real ones', async ({ skip }) => {
    const directory = join(import.meta.dirname, '..', '..', '..', 'shared', 'traces');
    const names = tracesIn(directory);
    if (names.length === 0) skip('../shared/traces is not there');
    for (const name of names) {
      const { values, intervalSeconds } = await readTraceFile(join(directory, name));
      expect(values.length).toBeGreaterThan(1000);
      expect(intervalSeconds).toBeGreaterThan(0);
    }
  });
});

function tracesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith('.csv'));
  } catch {
    return [];
  }
}
