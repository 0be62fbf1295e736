import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpEar } from '../../../../test/support/httpEar';
import { answeredVersion } from './answeredVersion';
import { checkSplit, type SplitCheck } from './checkSplit';
import { sendRequest, urlBelow } from './sendRequest';

let ear: HttpEar;
beforeEach(async () => {
  ear = await HttpEar.open();
});
afterEach(() => ear.close());

function check(changes: Partial<SplitCheck> = {}) {
  return checkSplit({
    url: ear.url,
    host: 'shop.example.com',
    path: '/version',
    requests: 100,
    canaryHeader: null,
    expectedCanaryShare: 0.1,
    versionOf: answeredVersion({ stable: ['web:1'], canary: ['web:2'] }),
    send: sendRequest,
    signal: new AbortController().signal,
    ...changes,
  });
}

/** Answers with version 2 for each of `every`, else with 1. */
function split(every: number): void {
  let count = 0;
  ear.answer = (_, response) => {
    count++;
    response.end(JSON.stringify({ version: count % every === 0 ? '2' : '1' }));
  };
}

describe('the check of a split', () => {
  it('counts real requests by the version that has answered', async () => {
    split(10);
    const { count, text } = await check();
    expect(count).toEqual({ requests: 100, stable: 90, canary: 10, other: 0 });
    expect(text).toBe(
      '10 of 100 requests went to the canary, 10.0 % (95 % interval 4.9…17.6 %); 10.0 % expected: it fits.',
    );
    expect(ear.heard[0]).toMatchObject({ path: '/version', headers: { host: 'shop.example.com' } });
  });

  it('says when the split is not what it should be', async () => {
    split(2);
    expect((await check()).text).toContain(
      '50.0 % (95 % interval 39.8…60.2 %); 10.0 % expected: it does not fit.',
    );
    expect((await check({ expectedCanaryShare: null })).text).not.toContain('expected');
  });

  it('asks for the canary by its header', async () => {
    ear.answer = ({ headers }, response) =>
      response.setHeader('x-coxswain-version', headers['x-canary'] === 'true' ? 'canary' : 'stable').end();
    const { count } = await check({ canaryHeader: 'x-canary', requests: 5 });
    expect(count).toMatchObject({ canary: 5 });
  });

  it('counts what fails or names no version apart, with the first reason', async () => {
    let count = 0;
    ear.answer = (_, response) => {
      count++;
      if (count % 2 === 0) response.destroy();
      else response.writeHead(503).end('<html>');
    };
    const { count: counted, text } = await check({ requests: 20 });
    expect(counted).toEqual({ requests: 20, stable: 0, canary: 0, other: 20 });
    expect(text).toMatch(
      /^None of 20 requests was answered by a version that is known\. 20 of 20 told no version: /,
    );
  });

  it('has ten requests under way, and never more', async () => {
    const waiting: ServerResponse[] = [];
    const counts: number[] = [];
    ear.answer = (_, response) => {
      counts.push(waiting.push(response));
      if (waiting.length < 10) return;
      for (const each of waiting.splice(0)) each.end('{"version":"1"}');
    };
    expect((await check()).count.stable).toBe(100);
    expect(Math.max(...counts)).toBe(10);
  });

  it('ends at once when nobody waits any more', async () => {
    const controller = new AbortController();
    ear.answer = () => controller.abort(new Error('stopped'));
    await expect(check({ signal: controller.signal })).rejects.toThrow('stopped');
  });
});

describe('the version that has answered', () => {
  const versionOf = answeredVersion(
    { stable: ['web-abc', 'registry/web:v1'], canary: ['web-canary-def', 'registry/web:v2'] },
    'X-Served-By',
  );
  const answer = (headers: Record<string, string>, body = '') => ({ status: 200, headers, body });

  it.each([
    [answer({ 'x-served-by': 'web-canary-def' }), 'canary'],
    [answer({ 'x-coxswain-version': 'stable' }), 'stable'],
    [answer({}, '{"version":"v2"}'), 'canary'],
    [answer({}, '{"pod":"web-abc"}'), 'stable'],
    [answer({}, '{"version":"v3"}'), null],
    [answer({}, '[1, 2'), null],
    [answer({}, 'null'), null],
  ])('%j is %s', (given, expected) => {
    expect(versionOf(given)).toBe(expected);
  });

  it('is not told by what both are called', () => {
    const both = answeredVersion({ stable: ['web:1'], canary: ['other:1'] });
    expect(both(answer({}, '{"version":1}'))).toBeNull();
  });
});

describe('the address that is asked', () => {
  it('is nowhere else, whatever the path looks like', () => {
    expect(urlBelow('http://gateway:80/', '//else.where/x')).toBe('http://gateway:80/else.where/x');
    expect(urlBelow('http://gateway:80', 'http://else.where')).toBe('http://gateway:80/http://else.where');
  });
});
