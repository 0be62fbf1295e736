import { type Block, padded } from './kernel';

/** A cache line of floats: where every array begins. */
const ALIGNMENT = 16;

/** Hands out addresses one after the other; what it has handed out in the end is the memory that is needed. */
export class Arena {
  #end = 0;

  get floats(): number {
    return this.#end;
  }

  take(floats: number): number {
    const address = this.#end;
    this.#end += Math.ceil(floats / ALIGNMENT) * ALIGNMENT;
    return address;
  }

  /** Room for `rows` rows and for those that a kernel writes behind them. */
  takeBlock(rows: number, stride: number): Block {
    return { address: this.take(padded(rows) * stride), stride };
  }
}
