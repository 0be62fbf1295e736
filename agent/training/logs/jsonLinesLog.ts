import { existsSync, readFileSync } from 'node:fs';
import { TrainingPoint } from '../../protocol';
import { writeAtomically } from '../atomicFile';
import { AppendFile } from './appendFile';
import type { MetricsLog } from './metricsLog';

/**
 * `metrics.jsonl`: one point per line, `{"steps":2048,"seconds":1.5,"metrics":{"train/loss":0.25}}`. A metric that is
 * not finite is left out, for JSON cannot say it.
 *
 * @param resumeAt steps of the checkpoint that the training goes on from: points after it, and a line that was cut
 *   off, are taken out first. Null for a new training.
 */
export function openJsonLinesLog(path: string, resumeAt: number | null): MetricsLog {
  if (resumeAt !== null) dropAfter(path, resumeAt);
  const file = new AppendFile(path);
  return {
    write: ({ steps, seconds, metrics }) => {
      const finite = Object.entries(metrics).filter(([, value]) => Number.isFinite(value));
      file.append(Buffer.from(lineOf({ steps, seconds, metrics: Object.fromEntries(finite) })));
    },
    close: async () => file.close(),
  };
}

/** The points of a log; a line that was cut off is left out. */
export function readJsonLines(path: string): TrainingPoint[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const point = parsePoint(line);
      return point ? [point] : [];
    });
}

function dropAfter(path: string, steps: number): void {
  if (!existsSync(path)) return;
  const kept = readJsonLines(path).filter((point) => point.steps <= steps);
  writeAtomically(path, [Buffer.from(kept.map(lineOf).join(''))]);
}

function lineOf(point: TrainingPoint): string {
  return `${JSON.stringify(point)}\n`;
}

function parsePoint(line: string): TrainingPoint | null {
  try {
    return TrainingPoint.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
