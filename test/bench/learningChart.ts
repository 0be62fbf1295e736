import { interquartileMean, quantile } from '../../agent/evaluate/statistics';
import type { StudyRuns } from './learning.bench';

const WIDTH = 420;
const HEIGHT = 260;
const MARGIN = { left: 48, right: 12, top: 28, bottom: 34 };
const OURS = '#2f81f7';
const THEIRS = '#d29922';

/**
 * Small multiples, one for each study: interquartile mean of the return over env steps, with the band in which the
 * middle half of the seeds lies.
 */
export function drawLearningCurves(ours: readonly StudyRuns[], theirs: readonly StudyRuns[]): string {
  const panels = ours.map((study, index) => {
    const other = theirs.find(({ env, algo }) => env === study.env && algo === study.algo);
    const x = (index % 2) * WIDTH;
    const y = Math.floor(index / 2) * HEIGHT;
    return `<g transform="translate(${x} ${y})">${panel(study, other)}</g>`;
  });
  const height = Math.ceil(ours.length / 2) * HEIGHT + 28;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * WIDTH} ${height}" font-family="sans-serif" font-size="11">`,
    `<title>Learning curves of Coxswain and Stable-Baselines3</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...panels,
    legend(height - 12),
    '</svg>\n',
  ].join('\n');
}

function panel(ours: StudyRuns, theirs: StudyRuns | undefined): string {
  const series = [
    ...(theirs ? [{ points: summarise(theirs), colour: THEIRS }] : []),
    { points: summarise(ours), colour: OURS },
  ];
  const all = series.flatMap(({ points }) => points);
  const steps = Math.max(...all.map((point) => point.steps));
  const low = Math.min(...all.map((point) => point.low));
  const high = Math.max(...all.map((point) => point.high));
  const x = (value: number) => MARGIN.left + (value / steps) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number) =>
    HEIGHT - MARGIN.bottom - ((value - low) / (high - low || 1)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const curves = series.map(({ points, colour }) => {
    const top = points.map((point) => `${x(point.steps).toFixed(1)},${y(point.high).toFixed(1)}`);
    const bottom = points.map((point) => `${x(point.steps).toFixed(1)},${y(point.low).toFixed(1)}`).reverse();
    const line = points.map((point) => `${x(point.steps).toFixed(1)},${y(point.mean).toFixed(1)}`);
    return (
      `<polygon points="${[...top, ...bottom].join(' ')}" fill="${colour}" opacity="0.18"/>` +
      `<polyline points="${line.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.8"/>`
    );
  });
  const marks = [low, (low + high) / 2, high].map(
    (value) =>
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value)}" y2="${y(value)}" stroke="#d0d7de"/>` +
      `<text x="${MARGIN.left - 6}" y="${y(value) + 4}" text-anchor="end">${value.toFixed(0)}</text>`,
  );
  const times = [0, steps / 2, steps].map(
    (value) =>
      `<text x="${x(value)}" y="${HEIGHT - MARGIN.bottom + 16}" text-anchor="middle">${(value / 1000).toFixed(0)}k</text>`,
  );
  const title = `${ours.env} ${ours.algo.toUpperCase()}: mean return over env steps, ${ours.runs.length} seeds`;
  return `<text x="${MARGIN.left}" y="18" font-size="12">${title}</text>${marks.join('')}${times.join('')}${curves.join('')}`;
}

function legend(y: number): string {
  return [
    { name: 'Coxswain', colour: OURS, x: MARGIN.left },
    { name: 'Stable-Baselines3', colour: THEIRS, x: MARGIN.left + 110 },
  ]
    .map(
      ({ name, colour, x }) =>
        `<rect x="${x}" y="${y - 9}" width="12" height="10" fill="${colour}"/><text x="${x + 18}" y="${y}">${name}</text>`,
    )
    .join('');
}

/** By evaluation: the interquartile mean over seeds, and the quartiles. */
function summarise({ runs }: StudyRuns): { steps: number; mean: number; low: number; high: number }[] {
  const count = Math.min(...runs.map(({ points }) => points.length));
  return Array.from({ length: count }, (_, index) => {
    const points = runs.flatMap((run) => run.points.slice(index, index + 1));
    const values = points.map(([, value]) => value).sort((a, b) => a - b);
    const steps = points.reduce((sum, [value]) => sum + value, 0) / points.length;
    return {
      steps,
      mean: interquartileMean(values),
      low: quantile(values, 0.25),
      high: quantile(values, 0.75),
    };
  });
}
