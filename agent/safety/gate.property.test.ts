import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scenario, type Step } from './testing/scenario';

const SEQUENCES = 100_000;

/** Every number as often as any other: small ones are not special here. */
const number = fc.noBias(fc.nat(839));
const step: fc.Arbitrary<Step> = fc.tuple(number, number, number);
const steps = fc.array(step, { minLength: 8, maxLength: 24, size: 'max' });

describe('the gate', () => {
  it(`keeps every promise over ${SEQUENCES.toLocaleString('en')} random sequences`, async () => {
    const count: Record<string, number> = {};
    const add = (name: string, by = 1) => {
      count[name] = (count[name] ?? 0) + by;
    };
    const promises = fc.asyncProperty(number, steps, async (setup, sequence) => {
      const scenario = new Scenario(setup);
      await scenario.run(sequence);
      expect(scenario.facts.broken).toEqual([]);
      const { journal } = scenario.world;
      add('sequences');
      add('steps', sequence.length);
      add('intents', journal.events('intent').length);
      for (const { effect } of scenario.facts.writes) add(`write: ${effect}`);
      for (const { verdict } of journal.events('verdict')) add(`${verdict.outcome}: ${verdict.rule}`);
      for (const { result } of journal.events('result')) add(`result: ${result}`);
    });
    await fc.assert(promises, { numRuns: SEQUENCES });
    console.info('guard properties held over', count);

    // Each way to write and each rule has had its say: nothing held merely because nothing happened.
    const reached = Object.keys(count);
    expect(reached).toEqual(
      expect.arrayContaining(['write: up', 'write: down', 'write: disruption', 'write: return']),
    );
    expect(reached).toEqual(expect.arrayContaining(['result: reverted', 'result: not-done', 'allow: mode']));
    for (const rule of DENYING) expect(reached, rule).toContain(`deny: ${rule}`);
  }, 180_000);
});

const DENYING = [
  'control',
  'mode',
  'settled',
  'namespace',
  'fresh-data',
  'up-to-date',
  'write-matches-action',
  'replica-bounds',
  'replicas-owner',
  'rollout',
  'last-ready-pod',
  'disruption-budget',
  'action-interval',
  'cooldown',
  'rate',
  'rejection',
  'breaker',
];
