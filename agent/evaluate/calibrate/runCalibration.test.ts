import { beforeAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../../config/parse';
import { Calibration } from '../../protocol';
import { calibrationHtml } from './report/html';
import { calibrationMarkdown } from './report/markdown';
import { runCalibration } from './runCalibration';
import { aTraceTask, SMALL_BUDGET, WAVES } from './testing/smallTask';

const run = { budget: SMALL_BUDGET, nowMs: () => 1000, onProgress: () => undefined };
const calibrate = (changes: Parameters<typeof aTraceTask>[0] = {}) =>
  runCalibration({ ...aTraceTask(changes), learned: [] }, { ...run, signal: new AbortController().signal });

/** The workload's own rule in the lines of coxswain.yaml that a patch begins with. */
function ruleOf(patch: string | null) {
  const { config, problems } = checkConfig((patch ?? '').split(/^---$/m)[0] ?? '');
  expect(problems).toEqual([]);
  const rule = config?.workloads['default/my-workload']?.scale?.rule;
  return rule?.kind === 'predictive' ? rule : undefined;
}

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

  it('recommends a rule that was tuned on the load where it pays, with the lines that have it steer', async () => {
    const { arms, recommendation } = await calibrate({ startupSeconds: 90, violationPrice: 80 });
    expect(recommendation.arm).toBe('predictive-tuned');
    expect(recommendation.text).toContain('by the tuned predictive rule');
    const { target, safety, trendGain } = ruleOf(recommendation.patch) ?? {};
    const [, , settings] = arms.find(({ name }) => name === 'predictive-tuned')?.settings ?? [];
    // What is written is what was judged.
    expect(settings).toContain(
      `÷ ${target?.toFixed(2)} + ${safety?.toFixed(2)} √load, trend × ${trendGain?.toFixed(2)}`,
    );
  });

  it('recommends the rule as it comes where nothing better was found, which needs no settings', async () => {
    const { recommendation } = await calibrate({ startupSeconds: 90 });
    expect(recommendation.arm).toBe('predictive');
    expect(recommendation.patch).toMatch(/^scale:\n {2}policy: predictive$/m);
    expect(ruleOf(recommendation.patch)).toBeUndefined();
  });

  it('warns that what was judged is short, and says nothing of it where a day was', async () => {
    expect(result.warnings).toEqual([expect.stringMatching(/^Only 72 min of load judged, in 7 stretches/)]);
    const day = { ...WAVES, intervalSeconds: 480 };
    expect((await calibrate({ trace: day })).warnings.join()).not.toMatch(/Only \d+ min of load/);
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
    expect(markdown).toContain('| Clairvoyant |');
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
