import { beforeAll, describe, expect, it } from 'vitest';
import { Calibration } from '../../protocol';
import { calibrationHtml } from './report/html';
import { calibrationMarkdown } from './report/markdown';
import { runCalibration } from './runCalibration';
import { aTraceTask, SMALL_BUDGET } from './testing/smallTask';

const run = { budget: SMALL_BUDGET, nowMs: () => 1000, onProgress: () => undefined };
const calibrate = () =>
  runCalibration({ ...aTraceTask(), learned: [] }, { ...run, signal: new AbortController().signal });

describe('a calibration', () => {
  let result: Calibration;
  beforeAll(async () => {
    result = await calibrate();
  });

  it('is what the protocol says', () => {
    expect(Calibration.parse(result)).toEqual(result);
    expect(result.source).toMatchObject({
      tunedOnHours: expect.closeTo(1.8, 1),
      judgedOnHours: expect.closeTo(1.2, 1),
    });
    expect(result.load).toHaveLength(300);
  });

  it('judges every arm at four prices around the one that was asked for', () => {
    expect(result.arms.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'hpa-current current',
      'hpa-tuned tuned-hpa',
      'predictive rule',
      'quantile rule',
      'predictive-tuned rule',
      'quantile-tuned rule',
      'clairvoyant bound',
    ]);
    for (const { points } of result.arms) {
      expect(points.map(({ violationPrice }) => violationPrice)).toEqual([2, 5, 20, 80]);
      for (const { objectiveCost, violatedShare, meanPods } of points) {
        for (const figure of [objectiveCost, violatedShare, meanPods]) {
          expect(figure.low).toBeLessThanOrEqual(figure.mean);
          expect(figure.high).toBeGreaterThanOrEqual(figure.mean);
        }
        expect(meanPods.mean).toBeGreaterThanOrEqual(2);
        expect(violatedShare.high).toBeLessThanOrEqual(1);
      }
    }
  });

  it('has the bound below the HPA as it is', () => {
    const costAt20 = (name: string) =>
      result.arms.find((arm) => arm.name === name)?.points[2]?.objectiveCost.mean ?? Number.NaN;
    expect(costAt20('clairvoyant')).toBeLessThan(costAt20('hpa-current'));
  });

  it('comes out the same again, bit by bit', async () => {
    expect(await calibrate()).toEqual(result);
  });

  it('tells how far it is, up to the end', async () => {
    const told: number[] = [];
    let most = 0;
    await runCalibration(
      { ...aTraceTask(), learned: [] },
      {
        ...run,
        signal: new AbortController().signal,
        onProgress: (_, done, total) => {
          told.push(done);
          most = total;
        },
      },
    );
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBeGreaterThan(0.95 * most);
  });

  it('ends when it is cancelled', async () => {
    const aborter = new AbortController();
    const cancelled = runCalibration(
      { ...aTraceTask(), learned: [] },
      {
        ...run,
        signal: aborter.signal,
        onProgress: (_, done) => done > 3 && aborter.abort(new Error('enough')),
      },
    );
    await expect(cancelled).rejects.toThrow('enough');
  });

  it('is told as Markdown and as a page, the advice first', () => {
    const markdown = calibrationMarkdown(result);
    expect(markdown.indexOf(result.recommendation.text)).toBeLessThan(markdown.indexOf('## '));
    expect(markdown).toContain('| Clairvoyant bound |');
    const html = calibrationHtml(result);
    expect(html.match(/<svg/g)).toHaveLength(2);
    expect(html).not.toMatch(/NaN|undefined|<script/);
    expect(html).toContain('square-root scale');
  });

  it('shows names of workloads as text', () => {
    const html = calibrationHtml({ ...result, title: '<b>&"' });
    expect(html).not.toContain('<b>');
    expect(html).toContain('&lt;b&gt;&amp;');
  });
});
