/** One figure of a benchmark. A benchmark is a module `*.bench.ts` that exports `run(): Promise<Row[]>`. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** A limit that we set ourselves, or a peer's figure, in the same unit. */
  readonly reference?: { readonly name: string; readonly value: number };
  /** value ÷ reference.value. */
  readonly ratio?: number;
}

/** A figure beside the one it is to be compared with. */
export function compared(
  name: string,
  value: number,
  unit: string,
  reference: { name: string; value: number },
): Row {
  return { name, value, unit, reference, ratio: value / reference.value };
}
