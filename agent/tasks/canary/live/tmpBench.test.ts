import { it } from 'vitest';
import { anArgoRelease } from '../../../../test/support/releaseBuilders';
import { ReleaseWorld } from './testing/releaseWorld';

it('bench', async () => {
  const world = new ReleaseWorld();
  for (let index = 0; index < 500; index++) {
    const name = `web${index}`;
    world.others.set(
      `shop/Rollout/${name}`,
      anArgoRelease({ ref: { kind: 'Rollout', namespace: 'shop', name }, uid: name }),
    );
  }
  world.live.start();
  await world.clock.advance(30_000);
  const times: number[] = [];
  for (let round = 0; round < 10; round++) {
    await world.clock.advance(29_900);
    const from = performance.now();
    await world.clock.advance(100);
    times.push(performance.now() - from);
    world.changes.length = 0;
  }
  console.log('ms per round', times.map((t) => t.toFixed(0)).join(' '));
});
