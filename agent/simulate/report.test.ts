import { describe, expect, it } from 'vitest';
import { simulationReport } from './report';
import { anOutcome, aResult } from './testing/builders';

const CHECKS = [
  { what: 'a pod is replaced', passed: true, text: 'after 12 s' },
  { what: 'the breaker opens', passed: false, text: 'it did not' },
];

describe('the report of a simulation', () => {
  it('is a table of both arrangements with a verdict, as Markdown', () => {
    const text = simulationReport(aResult({ warnings: ['The machine is slow.'] }), 'md');
    expect(text).toContain('# Simulation: side-by-side');
    expect(text).toContain('120 s of cluster time at ×60, seed 1.');
    expect(text).toContain('|  | HPA alone | learned scaler |');
    expect(text).toContain('| late (over 200 ms) or failed | 0.10 % | 0.01 % |');
    expect(text).toContain('| cost | 0.0358 USD | 0.0358 USD |');
    expect(text).toContain('**The learned scaler was better.**');
    expect(text).toContain('- The machine is slow.\n- It was <new>.');
  });

  it('has what a rehearsal had to show', () => {
    const text = simulationReport(aResult({ simulation: 'rehearsal', checks: CHECKS }), 'md');
    expect(text).toContain('| a pod is replaced | passed | after 12 s |');
    expect(text).toContain('| the breaker opens | FAILED | it did not |');
  });

  it('says where there is nothing to tell', () => {
    const nothing = anOutcome('hpa', { requests: 0, latencyP95Seconds: null });
    const text = simulationReport(aResult({ outcomes: [nothing], seed: null }), 'md');
    expect(text).toContain('| 95th percentile | – |');
    expect(text).toContain('on a cluster that was running');
  });

  it('is the whole result, as JSON', () => {
    const result = aResult({ checks: CHECKS });
    expect(JSON.parse(simulationReport(result, 'json'))).toEqual(result);
  });

  it('is a page of its own with charts, as HTML', () => {
    const text = simulationReport(aResult({ checks: CHECKS }), 'html');
    expect(text).toMatch(/^<!DOCTYPE html>/);
    expect(text).toContain('<strong>FAILED</strong> the breaker opens: it did not');
    expect(text).not.toMatch(/<script|https?:/);
    expect(text).toContain('It was &lt;new&gt;.');
    expect(text.match(/<svg /g)).toHaveLength(2);
    // A line for each arrangement in each chart, and the demand behind the first.
    expect(text.match(/<polyline /g)).toHaveLength(4);
    expect(text.match(/<polygon /g)).toHaveLength(1);
    expect(text).not.toContain('NaN');
  });

  it('is a page also where nothing was measured', () => {
    const empty = anOutcome('hpa', { points: [], requests: 0 });
    expect(simulationReport(aResult({ outcomes: [empty] }), 'html')).not.toMatch(/NaN|Infinity/);
  });
});
