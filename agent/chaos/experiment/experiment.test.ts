import { describe, expect, it } from 'vitest';
import { Experiment, experimentDurationMs, experimentKind } from './experiment';
import { checkExperiment, parseExperiment } from './parse';

const parse = (text: string) => parseExperiment(text, 'x.yaml');
const problems = (text: string) =>
  checkExperiment(text).map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('an experiment file', () => {
  it('needs no more than a name and a kind', () => {
    expect(parse('name: x\nfault: {kind: network-delay}')).toEqual({
      name: 'x',
      description: '',
      fault: { kind: 'network-delay', latency: 300, jitter: 30, correlation: 25, direction: 'to' },
      mode: 'one',
      duration: 120_000,
      steadyState: { probes: [], settle: 0, recoverWithin: 120_000 },
      abortWhen: [],
      effect: [],
    });
  });

  it('tells its kind and its length, also as a workflow', () => {
    const fault = parse('name: x\nfault: {kind: pod-kill}\nduration: 30s');
    expect([experimentKind(fault), experimentDurationMs(fault)]).toEqual(['pod-kill', 30_000]);
    const workflow = parse(
      'name: x\nduration: 40s\nworkflow: [{wait: 10s}, {parallel: [{fault: {kind: cpu-stress}}, {wait: 1m}]}, {fault: {kind: pod-kill}}]',
    );
    expect([experimentKind(workflow), experimentDurationMs(workflow)]).toEqual(['cpu-stress', 110_000]);
  });

  const broken: [string, string, string][] = [
    ['an unknown key', 'name: x\nfault: {kind: pod-kill}\nmod: all', '3:1 unknown key "mod"'],
    ['an unknown kind', 'name: x\nfault: {kind: pod-tickle}', '2:15 fault.kind: Invalid'],
    ['a key of another kind', 'name: x\nfault: {kind: pod-kill, loss: 3}', '2:25 unknown key "fault.loss"'],
    ['neither fault nor workflow', 'name: x', '1:1 expected exactly one of fault and workflow'],
    ['both of them', 'name: x\nfault: {kind: pod-kill}\nworkflow: [{wait: 1s}]', '1:1 expected exactly one'],
    ['a mode without its value', 'name: x\nfault: {kind: pod-kill}\nmode: fixed', 'mode fixed needs a value'],
    [
      'a value without its mode',
      'name: x\nfault: {kind: pod-kill}\nvalue: 3',
      '3:8 value: mode one takes no value',
    ],
    [
      'more than all',
      'name: x\nfault: {kind: pod-kill}\nmode: fixed-percent\nvalue: 101',
      '4:8 value: expected at most',
    ],
    [
      'a mode for a Deployment',
      'name: x\nfault: {kind: bad-image}\nmode: all',
      '3:7 mode: bad-image changes',
    ],
    [
      'a duration out of range',
      'name: x\nfault: {kind: pod-kill}\nduration: 2h',
      '3:11 duration: expected 1s to 1h',
    ],
    ['a bad name', 'name: Pod_Kill\nfault: {kind: pod-kill}', '1:7 name: expected lower-case'],
    [
      'a bad cron',
      'name: x\nfault: {kind: pod-kill}\nschedule: {cron: "60 * * * *"}',
      '3:18 schedule.cron: expected',
    ],
    [
      'a step that does nothing',
      'name: x\nworkflow: [{duration: 1s}]',
      '2:12 workflow.0: expected exactly one',
    ],
    [
      'a step that does two things',
      'name: x\nworkflow: [{wait: 1s, parallel: [{wait: 1s}]}]',
      '2:12 workflow.0: expected',
    ],
    [
      'a step with a bad mode',
      'name: x\nworkflow: [{fault: {kind: pod-kill}, mode: fixed}]',
      'mode fixed needs a value',
    ],
    [
      'a probe without a question',
      'name: x\nfault: {kind: pod-kill}\nsteadyState: {probes: [{name: a, atMost: 1}]}',
      '3:24 steadyState.probes.0: expected exactly one of promql',
    ],
  ];
  it.each(broken)('with %s says so, and where', (_, text, problem) => {
    expect(problems(text).join('\n')).toContain(problem);
  });

  it.each(['*/5 * * * *', '0 3 * * 1-5', '@every 5m', '@every 1h30m'])('may be repeated at %s', (cron) => {
    expect(problems(`name: x\nfault: {kind: pod-kill}\nschedule: {cron: "${cron}"}`)).toEqual([]);
  });
});

describe('the probes of an experiment', () => {
  it('have names of their own: the last word on one must not be that of another', () => {
    const probe = { name: 'same', kubernetes: 'missingReplicas', atMost: 0 };
    const experiment = { name: 'x', fault: { kind: 'pod-kill' } };
    const parsed = Experiment.safeParse({ ...experiment, steadyState: { probes: [probe, probe] } });
    expect(parsed.error?.issues).toMatchObject([
      { path: ['steadyState', 'probes', 1, 'name'], message: expect.stringContaining('same') },
    ]);
    const other = { ...probe, name: 'other' };
    expect(Experiment.safeParse({ ...experiment, steadyState: { probes: [probe, other] } }).success).toBe(
      true,
    );
  });
});
