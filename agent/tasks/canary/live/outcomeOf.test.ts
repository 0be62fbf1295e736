import { describe, expect, it } from 'vitest';
import { aFlaggerRelease, anArgoRelease, someVersion } from '../../../../test/support/releaseBuilders';
import { outcomeOf } from './outcomeOf';
import { underWayOf } from './underWay';

const BEFORE = underWayOf(anArgoRelease(), 'paused');
const status = { ...(anArgoRelease().status as object) };

describe('how a release has ended', () => {
  it('is told of a Rollout by which version is stable', () => {
    const promoted = anArgoRelease({
      stable: someVersion('h2', 'web:2', 4),
      canary: null,
      status: { ...status, phase: 'Healthy', stableRS: 'h2' },
    });
    expect(outcomeOf(promoted, 'idle', BEFORE)?.how).toBe('promoted');
  });

  it('is no promotion where a Rollout is aborted, goes back, or is given another version', () => {
    const aborted = anArgoRelease({ status: { ...status, abort: true } });
    expect(outcomeOf(aborted, 'paused', BEFORE)?.how).toBe('rolled-back');
    const back = anArgoRelease({ canary: null, status: { ...status, currentPodHash: 'h1' } });
    expect(outcomeOf(back, 'idle', BEFORE)).toEqual({
      how: 'rolled-back',
      text: 'the stable version is wanted again',
    });
    const other = anArgoRelease({
      canary: someVersion('h3', 'web:3'),
      status: { ...status, currentPodHash: 'h3' },
    });
    expect(outcomeOf(other, 'paused', BEFORE)).toEqual({
      how: 'ended',
      text: 'another version has taken its place',
    });
  });

  it('is what Flagger says, and nothing while it goes on', () => {
    expect(outcomeOf(aFlaggerRelease(), 'failed', null)?.how).toBe('rolled-back');
    expect(outcomeOf(aFlaggerRelease(), 'succeeded', null)?.how).toBe('promoted');
    expect(outcomeOf(aFlaggerRelease(), 'progressing', null)).toBeNull();
  });
});
