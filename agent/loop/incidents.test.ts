import { describe, expect, it } from 'vitest';
import type { Health } from '../protocol';
import { IncidentTracker } from './incidents';

const HEALTHY_FOR_MS = 10_000;

/** Reports health at these seconds, and gives the events that came of it. */
function run(reports: readonly [atSeconds: number, health: Health][], faultAtSeconds: number | null = null) {
  const tracker = new IncidentTracker('shop/Deployment/checkout');
  const fault = faultAtSeconds === null ? null : { id: 'shop/f1', startedAtMs: faultAtSeconds * 1000 };
  return reports.flatMap(([atSeconds, health]) => {
    const event = tracker.report({ health, reason: health, nowMs: atSeconds * 1000, fault }, HEALTHY_FOR_MS);
    return event ? [event] : [];
  });
}

describe('an incident', () => {
  it('opens with the first unhealthy look and knows the fault behind it', () => {
    const [opened] = run([[5, 'degraded']], 3);
    expect(opened).toMatchObject({
      kind: 'opened',
      incident: { symptom: 'degraded', detectedAtMs: 5000, faultAtMs: 3000, faultId: 'shop/f1' },
    });
  });

  it('is recovered from the first of the healthy looks that lasted', () => {
    const events = run([
      [5, 'failing'],
      [20, 'healthy'],
      [25, 'healthy'],
      [30, 'healthy'],
    ]);
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({ kind: 'closed', incident: { recoveredAtMs: 20_000 } });
  });

  it('stays open when the health does not last, or is not known', () => {
    const events = run([
      [5, 'degraded'],
      [20, 'healthy'],
      [25, 'unknown'],
      [29, 'healthy'],
      [31, 'degraded'],
      [35, 'healthy'],
      [44, 'healthy'],
    ]);
    expect(events.map((event) => event.kind)).toEqual(['opened']);
  });

  it('does not open for warming or unknown', () => {
    expect(
      run([
        [1, 'warming'],
        [2, 'unknown'],
        [3, 'healthy'],
      ]),
    ).toEqual([]);
  });
});
