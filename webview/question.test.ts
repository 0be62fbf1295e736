import { expect, it } from 'vitest';
import { CoxswainError, type Method, type Params, type Result } from '../agent/protocol';
import { Question } from './question';

/** An agent that answers when it is told to. */
function start() {
  const asked: { resolve(report: string): void; reject(error: unknown): void }[] = [];
  let changes = 0;
  const client = {
    request: <M extends Method>(_method: M, _params: Params<M>) => {
      const { promise, resolve, reject } = Promise.withResolvers<Result<M>>();
      asked.push({ resolve: (report) => resolve({ report } as Result<M>), reject });
      return promise;
    },
  };
  const question = new Question(client, 'diagnose', () => {
    changes += 1;
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  return { asked, question, settle, changes: () => changes };
}

it('asks once for each version, and keeps the old answer meanwhile', async () => {
  const { asked, question, settle, changes } = start();
  question.ask('all', '1', {});
  question.ask('all', '1', {});
  expect(asked).toHaveLength(1);
  expect(question.answer).toEqual({ kind: 'waiting' });
  asked[0]?.resolve('one');
  await settle();
  expect([question.answer, changes()]).toEqual([{ kind: 'known', value: { report: 'one' } }, 1]);
  question.ask('all', '2', {});
  expect(question.answer).toEqual({ kind: 'known', value: { report: 'one' } });
  expect(asked).toHaveLength(2);
});

it('forgets the answer on another topic, and drops an answer that comes too late', async () => {
  const { asked, question, settle } = start();
  question.ask('a', '', {});
  question.ask('b', '', {});
  asked[0]?.resolve('late');
  await settle();
  expect(question.answer).toEqual({ kind: 'waiting' });
  asked[1]?.resolve('b');
  await settle();
  expect(question.answer).toEqual({ kind: 'known', value: { report: 'b' } });
});

it('says why there is no answer, and asks again once it was forgotten', async () => {
  const { asked, question, settle } = start();
  question.ask('a', '', {});
  asked[0]?.reject(new CoxswainError('not-found', 'It is gone.', 'Choose another.'));
  await settle();
  expect(question.answer).toEqual({
    kind: 'failed',
    error: { code: 'not-found', message: 'It is gone.', remedy: 'Choose another.' },
  });
  question.forget();
  question.ask('a', '', {});
  expect(asked).toHaveLength(2);
});
