import { describe, expect, it } from 'vitest';
import { CRASHING } from './podCondition';
import { RichMemory } from './richMemory';
import { aLook, aPod } from './testing/builders';

const WELL = [aPod(), aPod(), aPod()];
const ONE_SLOW = [aPod(), aPod(), aPod({ p95Seconds: 1 })];

/** A memory after a minute of health and then `seconds` of one slow pod, looked at every `every` seconds. */
function watched(every: number, seconds: number): RichMemory {
  const memory = new RichMemory();
  for (let now = 0; now <= 60; now += every) memory.look(aLook(WELL, { now }));
  for (let now = 60 + every; now <= 60 + seconds; now += every)
    memory.look(aLook(ONE_SLOW, { now, p95Seconds: 0.5 }));
  return memory;
}

describe('what the looks so far leave behind', () => {
  it.each([1, 5, 15])('means the same whether they come every second or every %i s', (every) => {
    const [often, seldom] = [watched(1, 30), watched(every, 30)];
    expect(seldom.usualP95).toBeCloseTo(often.usualP95, 2);
    expect(seldom.outlierEvidence).toBeCloseTo(often.outlierEvidence, 0);
    expect(Math.abs(seldom.suspectSeconds - often.suspectSeconds)).toBeLessThanOrEqual(every);
  });

  it('sums evidence while it lasts and forgets it afterwards', () => {
    const memory = watched(5, 30);
    expect(memory.outlierEvidence).toBe(6);
    expect(memory.saturationEvidence).toBe(0);
    for (let now = 95; now <= 210; now += 5) memory.look(aLook(WELL, { now }));
    expect(memory.outlierEvidence).toBeLessThan(0.5);
    expect(memory.suspectSeconds).toBe(0);
  });

  it('counts crashes, which fade', () => {
    const memory = new RichMemory();
    const crashing = [aPod(), aPod({ condition: CRASHING })];
    memory.look(aLook(crashing, { now: 0, crashes: 2, youngCrashes: 1 }));
    expect([memory.recentCrashes, memory.recentYoungCrashes]).toEqual([2, 1]);
    memory.look(aLook(crashing, { now: 150 }));
    expect(memory.recentCrashes).toBe(1);
  });

  it('starts anew for another suspect', () => {
    const memory = new RichMemory();
    for (const now of [0, 10, 20]) memory.look(aLook(ONE_SLOW, { now, suspectId: 7 }));
    expect(memory.suspectSeconds).toBe(20);
    memory.look(aLook(ONE_SLOW, { now: 30, suspectId: 8 }));
    expect(memory.suspectSeconds).toBe(0);
  });

  it('allows an action a minute, or as often as it is told', () => {
    const memory = new RichMemory();
    expect(memory.canAct(0)).toBe(true);
    memory.acted(1, aLook(ONE_SLOW, { now: 5 }));
    expect([memory.canAct(64), memory.canAct(65)]).toEqual([false, true]);
    const patient = new RichMemory(300);
    patient.acted(1, aLook(ONE_SLOW, { now: 0 }), 10);
    expect([patient.canAct(309), patient.canAct(310)]).toEqual([false, true]);
  });

  it('keeps what it knew where a look knows nothing, and forgets all with a reset', () => {
    const memory = watched(5, 30);
    const { usualP95, usualErrors } = memory;
    memory.look(aLook(WELL, { now: 95, p95Seconds: Number.NaN, errorRate: Number.NaN }));
    expect([memory.usualP95, memory.usualErrors]).toEqual([usualP95, usualErrors]);
    memory.acted(1, aLook(WELL, { now: 100 }));
    memory.reset();
    expect({ ...memory }).toEqual({ ...new RichMemory() });
  });
});
