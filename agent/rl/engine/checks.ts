import { NumericError } from '../numericError';
import { allLayers } from './layers';
import type { Matrix, NetworkSpec } from './network';

/** @throws RangeError */
export function checkMaxRows(maxRows: number): void {
  if (!Number.isInteger(maxRows) || maxRows < 1) throw new RangeError(`maxRows is ${maxRows}, not 1 or more`);
}

/** @throws RangeError */
export function checkRows(rows: number, maxRows: number): void {
  if (Number.isInteger(rows) && rows >= 1 && rows <= maxRows) return;
  throw new RangeError(`${rows} rows, not 1…${maxRows}`);
}

/** Names the first value of the input that is not finite. @throws NumericError */
export function checkFinite({ values, stride, columns }: Matrix, rows: number): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * stride + column] as number;
      if (!Number.isFinite(value)) throw new NumericError(`input ${column} of row ${row}`, value);
    }
  }
}

/** @throws RangeError on a name that no layer has */
export function checkFrozenLayers(spec: NetworkSpec, frozen: ReadonlySet<string>): void {
  if (frozen.size === 0) return;
  const names = new Set(allLayers(spec).map(({ name }) => name));
  for (const name of frozen) if (!names.has(name)) throw new RangeError(`no layer is named ${name}`);
}

/** @throws RangeError */
export function checkParameterCount({ length }: Float32Array, parameterCount: number): void {
  if (length !== parameterCount) {
    throw new RangeError(`${length} values for the ${parameterCount} parameters of a network`);
  }
}

/** @throws RangeError */
export function checkSameSpec(a: NetworkSpec, b: NetworkSpec): void {
  if (JSON.stringify(a) !== JSON.stringify(b)) throw new RangeError('the networks have different specs');
}
