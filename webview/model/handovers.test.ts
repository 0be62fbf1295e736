import { describe, expect, it } from 'vitest';
import type { JournalEvent, ScalingState } from '../../agent/protocol';
import { exampleAutoscaler, exampleScaling } from '../../test/support/protocolExamples';
import { handoverMarks } from './handovers';
import { CHECKOUT, journal } from './testData';

const event = (how: 'advise' | 'own' | 'handed-back', why = 'agreed'): JournalEvent => ({
  kind: 'handover',
  workloadId: CHECKOUT,
  autoscaler: { kind: 'hpa', name: 'checkout', uid: 'u' },
  how,
  why,
  by: 'ada',
});
const taken: ScalingState = exampleScaling({
  autoscalers: [exampleAutoscaler({ handover: { how: 'own', by: 'ada', sinceMs: 40, ours: true } })],
});
const open = exampleScaling({ handedBack: { atMs: 90, why: 'the breaker is open', retryAtMs: null } });
const times = ({ bars }: ReturnType<typeof handoverMarks>) =>
  bars.map(({ label, fromMs, toMs, tone }) => [label, fromMs, toMs, tone]);

describe('the lane of hand-overs', () => {
  it('shows who was in charge when, and what lasts', () => {
    const rows = journal([10, event('own')], [20, event('handed-back')], [40, event('own')]);
    expect(times(handoverMarks(rows, taken))).toEqual([
      ['own', 10, 20, 'plain'],
      ['HPA checkout', 20, 40, 'notice'],
      ['own', 40, null, 'plain'],
    ]);
  });

  it('shows an open breaker as long as it is open', () => {
    const rows = journal([40, event('own')], [90, event('handed-back', 'the circuit breaker opened')]);
    expect(times(handoverMarks(rows, open)).at(-1)).toEqual(['breaker open: HPA checkout', 90, null, 'bad']);
    expect(handoverMarks(rows, open).lines.map((line) => 'text' in line && line.text)).toEqual([
      'own begins',
      'breaker opens',
    ]);
  });

  it('shows a moment where nothing followed it', () => {
    const rows = journal([40, event('own')], [90, event('handed-back')]);
    expect(times(handoverMarks(rows, exampleScaling())).at(-1)).toEqual(['HPA checkout', 90, 90, 'notice']);
  });

  it('knows from the state what has fallen out of the journal', () => {
    expect(times(handoverMarks([], taken))).toEqual([['own', 40, null, 'plain']]);
    expect(times(handoverMarks([], open))).toEqual([['breaker open: HPA checkout', 90, null, 'bad']]);
    expect(handoverMarks([], null)).toEqual({ bars: [], lines: [] });
  });
});
