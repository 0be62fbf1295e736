import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CoxswainError } from '../protocol';
import { REPORT_FORMATS, type ReportFormat } from './evaluateOptions';

/** How a result is written, by format. */
export type ReportWriters<Outcome> = Readonly<Record<ReportFormat, (outcome: Outcome) => string>>;

/** Before anything is played, so that minutes are not lost to a folder that cannot be written. */
export function makeReportFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** One file for each format, `<name>.md` and so on. @throws CoxswainError `usage` */
export function writeReports<Outcome>(
  folder: string,
  name: string,
  writers: ReportWriters<Outcome>,
  outcome: Outcome,
): void {
  for (const format of REPORT_FORMATS) {
    const path = join(folder, `${name}.${format}`);
    try {
      writeFileSync(path, writers[format](outcome));
    } catch (error) {
      throw unwritable(path, error);
    }
  }
  process.stderr.write(
    `report in ${resolve(folder, `${name}.html`)}, and beside it as Markdown, CSV and JSON\n`,
  );
}

function unwritable(path: string, error: unknown): CoxswainError {
  return new CoxswainError(
    'usage',
    `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    'Name another folder with --output.',
    { cause: error },
  );
}
