/** All that makes something go on bit-identically: small values that survive JSON, and numbers in bulk by name. */
export interface SavedState {
  values: Json;
  arrays: Record<string, BulkArray>;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type BulkArray = Float32Array | Float64Array | Uint8Array | Int32Array | Uint32Array;
