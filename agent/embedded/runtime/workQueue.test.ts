import { describe, expect, it } from 'vitest';
import { WorkQueue } from './workQueue';

describe('WorkQueue', () => {
  it('gives each key once, in the order in which they came', () => {
    const queue = new WorkQueue();
    queue.add('b');
    queue.add('a');
    queue.add('b');
    expect(queue.takeDue(0)).toEqual(['b', 'a']);
    expect(queue.takeDue(0)).toEqual([]);
  });

  it('keeps a key back until its time, and takes the earlier of two', () => {
    const queue = new WorkQueue();
    queue.add('a', 20);
    queue.add('b', 30);
    queue.add('b', 10);
    expect(queue.takeDue(9)).toEqual([]);
    expect(queue.takeDue(10)).toEqual(['b']);
    expect(queue.takeDue(19)).toEqual([]);
    expect(queue.takeDue(25)).toEqual(['a']);
  });
});
