import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CLOSE,
  HELLO,
  numbersOf,
  readFrames,
  readTransitions,
  request,
  reset,
  step,
} from '../../../test/support/bridgeClient';
import { createCartPole } from '../../rl/env/reference/cartPole';
import { createVectorEnv } from '../../rl/env/syncVectorEnv';
import { BRIDGE_PROTOCOL, BRIDGE_VERSION, REQUEST, RESPONSE } from './messages';
import { BridgeSession } from './session';

const open = (envs = 2, seed = 1) =>
  new BridgeSession({ env: { name: 'cartpole', options: {} }, envs, seed });

/** All answers to bytes that arrive in these pieces. */
function talk(session: BridgeSession, ...pieces: (Buffer | string)[]) {
  const answers = pieces.flatMap((piece) => [...session.receive(Buffer.from(piece))]);
  const { frames, rest } = readFrames(Buffer.concat(answers));
  expect(rest).toHaveLength(0);
  return frames;
}

describe('a session with a trainer', () => {
  it('says in its first line what there is, with null for no bound', () => {
    const hello = open(3, 7).hello();
    expect(hello.endsWith('\n')).toBe(true);
    expect(JSON.parse(hello)).toMatchObject({
      protocol: 'coxswain-env',
      version: 1,
      env: 'cartpole',
      options: {},
      spec: 'cartpole/4',
      envs: 3,
      seed: 7,
      observationSpace: {
        kind: 'box',
        fields: [
          { name: 'cart position', unit: 'm', min: -4.8, max: 4.8 },
          { name: 'cart velocity', unit: 'm/s', min: null, max: null },
          {},
          {},
        ],
      },
      actionSpace: { kind: 'discrete', labels: ['left', 'right'] },
    });
  });

  it('steps its envs as the vector of that seed does, final observations and episodes included', () => {
    const session = open(3);
    const vector = createVectorEnv(createCartPole, { count: 3, seed: 42 });
    const [first] = talk(session, HELLO, reset(42));
    expect(first?.kind).toBe(1);
    expect(numbersOf(first?.payload ?? Buffer.alloc(0))).toEqual([...vector.observations]);
    let ended = 0;
    for (let count = 0; count < 60; count++) {
      const actions = [count % 2, 1, count % 3 === 0 ? 1 : 0];
      const [frame, ...others] = talk(session, step(...actions));
      expect(others).toEqual([]);
      vector.step(Float32Array.from(actions));
      const episodes = vector.takeEpisodes();
      const rows = episodes.flatMap(({ env }) => [
        ...vector.finalObservations.subarray(4 * env, 4 * env + 4),
      ]);
      expect(frame?.kind).toBe(2);
      if (!frame) continue;
      const { text, ...transitions } = readTransitions(frame, 3, 4);
      expect(transitions).toEqual({
        observations: [...vector.observations],
        rewards: [...vector.rewards],
        terminated: [...vector.terminated],
        truncated: [...vector.truncated],
        finalObservations: rows,
        episodes,
      });
      if (episodes.length === 0) expect(text).toBe('');
      ended += episodes.length;
    }
    expect(ended).toBeGreaterThan(5);
  });

  it('can be stepped before it is reset, in the episodes of its first seed', () => {
    const [stepped] = talk(open(2, 5), HELLO, step(0, 1));
    const [, after] = talk(open(2, 1), HELLO, reset(5), step(0, 1));
    expect(stepped).toEqual(after);
  });

  it('understands messages in any pieces', () => {
    const bytes = Buffer.concat([Buffer.from(HELLO), reset(3), step(0, 1), step(1, 1), CLOSE]);
    const expected = talk(open(), bytes);
    expect(expected).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 12 }), (cuts) => {
        const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        const session = open();
        expect(talk(session, ...pieces)).toEqual(expected);
        expect(session.closed).toBe(true);
      }),
    );
  });

  it('is over after a close, and hears no more', () => {
    const session = open();
    expect(talk(session, HELLO, CLOSE, 'whatever')).toEqual([]);
    session.end();
    expect(session.closed).toBe(true);
  });

  it.each(['', HELLO])('may end between two messages (%j)', (received) => {
    const session = open();
    talk(session, received);
    session.end();
    expect(session.closed).toBe(true);
  });
});

describe('a session refuses', () => {
  const cases: [string, (Buffer | string)[], RegExp][] = [
    ['a first line that is no JSON', ['hello\n'], /first line/],
    ['another protocol', ['{"protocol":"other","version":1}\n'], /first line/],
    ['another version', ['{"protocol":"coxswain-env","version":2}\n'], /"version":1/],
    ['a first line without an end', ['x'.repeat(5000)], /first line/],
    ['an unknown kind of frame', [HELLO, request(9)], /no frame of kind 9/],
    ['too few actions', [HELLO, step(1)], /kind 2 has 4 bytes, not 8/],
    [
      'a huge frame, before it is there',
      [HELLO, Buffer.from(Uint32Array.of(2, 2 ** 32 - 1).buffer)],
      /4294967295 bytes/,
    ],
    ['a reset without a seed', [HELLO, request(1)], /kind 1 has 0 bytes, not 4/],
    ['an action out of range', [HELLO, step(0, 2)], /env 1, step 0 of its episode: action 2 is no index/],
    ['an action that is NaN', [HELLO, step(Number.NaN, 0)], /env 0, .*action NaN/],
  ];
  it.each(cases)('%s', (_, pieces, message) => {
    expect(() => talk(open(), ...pieces)).toThrow(
      expect.objectContaining({ code: 'message-malformed', message: expect.stringMatching(message) }),
    );
  });

  it('to end within a message', () => {
    const session = open();
    talk(session, HELLO, step(0, 1).subarray(0, 10));
    expect(() => session.end()).toThrow(/ended 10 bytes into a message/);
  });

  it('an unknown env', () => {
    expect(() => new BridgeSession({ env: { name: 'pong', options: {} }, envs: 1, seed: 1 })).toThrow(
      expect.objectContaining({ code: 'config-invalid' }),
    );
  });
});

describe('docs/env-protocol.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/env-protocol.md'), 'utf8');

  it('lists every frame, and the version', () => {
    for (const [name, kind] of [...Object.entries(REQUEST), ...Object.entries(RESPONSE)]) {
      expect(page).toContain(`| ${kind} | \`${name}\` |`);
    }
    expect(page).toContain(`{"protocol": "${BRIDGE_PROTOCOL}", "version": ${BRIDGE_VERSION}}`);
  });
});
