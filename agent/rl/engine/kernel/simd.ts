// The arithmetic of dense layers on 128-bit vectors, in AssemblyScript. scripts/kernel.mjs compiles it; wasmKernel.ts
// calls it. Addresses and strides are in bytes, of 32-bit floats. Nothing is checked here: widths are multiples of 4,
// and up to three rows behind the last are read and written. Only operations that round the same on every processor
// are used, and every sum adds its terms in the order of k, so a result is the same bits everywhere.

/** What happens to a sum before it is stored. */
const LINEAR: i32 = 0;
const RELU: i32 = 1;
const TANH: i32 = 2;
/** Times the derivative of ReLU or tanh, told by the function's outputs. */
const RELU_GRADIENT: i32 = 3;

/** Which factor of a product is transposed. */
const A_TRANSPOSED: i32 = 1;
const B_TRANSPOSED: i32 = 2;

/** Rows of A that are packed at a time, to stay in the second-level cache while the columns of B go by. */
const ROW_BLOCK: usize = 128;
/** Bytes of a vector, and of a step along k in the packed panels: of four rows of A, of eight columns of B. */
const VECTOR: usize = 16;
const A_STEP: usize = 16;
const B_STEP: usize = 32;

/**
 * C = f(start + A · B), C of m × n, sums of k terms, A or B transposed by `form`. A `startStride` of 0 repeats one row.
 * `outputs` has the stride of C. `packedA` has room for ROW_BLOCK · k floats, `packedB` for 8 · k.
 */
export function multiplyMatrices(
  form: i32,
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  c: usize,
  cStride: usize,
  m: usize,
  n: usize,
  k: usize,
  start: usize,
  startStride: usize,
  f: i32,
  outputs: usize,
  packedA: usize,
  packedB: usize,
): void {
  for (let row: usize = 0; row < m; row += ROW_BLOCK) {
    const rows = min(ROW_BLOCK, m - row);
    if (form === A_TRANSPOSED) packColumnsOfA(a + (row << 2), aStride, rows, k, packedA);
    else packRowsOfA(a + row * aStride, aStride, rows, k, packedA);
    for (let column: usize = 0; column < n; column += 8) {
      const isWide = n - column >= 8;
      const offset = column << 2;
      if (form === B_TRANSPOSED) packRowsOfB(b + column * bStride, bStride, isWide, k, packedB);
      else packColumnsOfB(b + offset, bStride, isWide, k, packedB);
      for (let tile: usize = 0; tile < rows; tile += 4) {
        const at = row + tile;
        const panel = packedA + tile * (k << 2);
        const from = start + at * startStride + offset;
        const to = at * cStride + offset;
        if (isWide) wideTile(panel, packedB, k, from, startStride, c + to, cStride, f, outputs + to);
        else narrowTile(panel, packedB, k, from, startStride, c + to, cStride, f, outputs + to);
      }
    }
  }
}

/** outputs = f(x · weights + bias) for one row; the sums of `multiplyMatrices`, without packing. */
export function multiplyRow(
  x: usize,
  weights: usize,
  bias: usize,
  outputs: usize,
  inputs: usize,
  units: usize,
  f: i32,
): void {
  const stride = units << 2;
  const end = x + (inputs << 2);
  let offset: usize = 0;
  for (; offset + 8 * VECTOR <= stride; offset += 8 * VECTOR) {
    eightVectors(x, end, weights + offset, stride, bias + offset, outputs + offset, f);
  }
  for (; offset < stride; offset += VECTOR) {
    let sum = v128.load(bias + offset);
    let weight = weights + offset;
    for (let at = x; at < end; at += 4) {
      sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(at), v128.load(weight)));
      weight += stride;
    }
    v128.store(outputs + offset, apply(f, sum, 0));
  }
}

function eightVectors(
  x: usize,
  end: usize,
  weights: usize,
  stride: usize,
  bias: usize,
  outputs: usize,
  f: i32,
): void {
  let sum0 = v128.load(bias);
  let sum1 = v128.load(bias, 16);
  let sum2 = v128.load(bias, 32);
  let sum3 = v128.load(bias, 48);
  let sum4 = v128.load(bias, 64);
  let sum5 = v128.load(bias, 80);
  let sum6 = v128.load(bias, 96);
  let sum7 = v128.load(bias, 112);
  let weight = weights;
  for (let at = x; at < end; at += 4) {
    const value = v128.load_splat<f32>(at);
    sum0 = f32x4.add(sum0, f32x4.mul(value, v128.load(weight)));
    sum1 = f32x4.add(sum1, f32x4.mul(value, v128.load(weight, 16)));
    sum2 = f32x4.add(sum2, f32x4.mul(value, v128.load(weight, 32)));
    sum3 = f32x4.add(sum3, f32x4.mul(value, v128.load(weight, 48)));
    sum4 = f32x4.add(sum4, f32x4.mul(value, v128.load(weight, 64)));
    sum5 = f32x4.add(sum5, f32x4.mul(value, v128.load(weight, 80)));
    sum6 = f32x4.add(sum6, f32x4.mul(value, v128.load(weight, 96)));
    sum7 = f32x4.add(sum7, f32x4.mul(value, v128.load(weight, 112)));
    weight += stride;
  }
  v128.store(outputs, apply(f, sum0, 0));
  v128.store(outputs, apply(f, sum1, 0), 16);
  v128.store(outputs, apply(f, sum2, 0), 32);
  v128.store(outputs, apply(f, sum3, 0), 48);
  v128.store(outputs, apply(f, sum4, 0), 64);
  v128.store(outputs, apply(f, sum5, 0), 80);
  v128.store(outputs, apply(f, sum6, 0), 96);
  v128.store(outputs, apply(f, sum7, 0), 112);
}

/** Four rows by eight columns of C, summed in registers. */
function wideTile(
  packedA: usize,
  packedB: usize,
  k: usize,
  start: usize,
  startStride: usize,
  c: usize,
  cStride: usize,
  f: i32,
  outputs: usize,
): void {
  const start1 = start + startStride;
  const start2 = start1 + startStride;
  const start3 = start2 + startStride;
  let left0 = v128.load(start);
  let right0 = v128.load(start, 16);
  let left1 = v128.load(start1);
  let right1 = v128.load(start1, 16);
  let left2 = v128.load(start2);
  let right2 = v128.load(start2, 16);
  let left3 = v128.load(start3);
  let right3 = v128.load(start3, 16);
  const end = packedA + k * A_STEP;
  let b = packedB;
  for (let a = packedA; a < end; a += A_STEP) {
    const left = v128.load(b);
    const right = v128.load(b, 16);
    let value = v128.load_splat<f32>(a);
    left0 = f32x4.add(left0, f32x4.mul(value, left));
    right0 = f32x4.add(right0, f32x4.mul(value, right));
    value = v128.load_splat<f32>(a, 4);
    left1 = f32x4.add(left1, f32x4.mul(value, left));
    right1 = f32x4.add(right1, f32x4.mul(value, right));
    value = v128.load_splat<f32>(a, 8);
    left2 = f32x4.add(left2, f32x4.mul(value, left));
    right2 = f32x4.add(right2, f32x4.mul(value, right));
    value = v128.load_splat<f32>(a, 12);
    left3 = f32x4.add(left3, f32x4.mul(value, left));
    right3 = f32x4.add(right3, f32x4.mul(value, right));
    b += B_STEP;
  }
  store(c, f, left0, outputs);
  store(c + VECTOR, f, right0, outputs + VECTOR);
  store(c + cStride, f, left1, outputs + cStride);
  store(c + cStride + VECTOR, f, right1, outputs + cStride + VECTOR);
  store(c + 2 * cStride, f, left2, outputs + 2 * cStride);
  store(c + 2 * cStride + VECTOR, f, right2, outputs + 2 * cStride + VECTOR);
  store(c + 3 * cStride, f, left3, outputs + 3 * cStride);
  store(c + 3 * cStride + VECTOR, f, right3, outputs + 3 * cStride + VECTOR);
}

/** Four rows by the last four columns of C. */
function narrowTile(
  packedA: usize,
  packedB: usize,
  k: usize,
  start: usize,
  startStride: usize,
  c: usize,
  cStride: usize,
  f: i32,
  outputs: usize,
): void {
  let sum0 = v128.load(start);
  let sum1 = v128.load(start + startStride);
  let sum2 = v128.load(start + 2 * startStride);
  let sum3 = v128.load(start + 3 * startStride);
  const end = packedA + k * A_STEP;
  let b = packedB;
  for (let a = packedA; a < end; a += A_STEP) {
    const values = v128.load(b);
    sum0 = f32x4.add(sum0, f32x4.mul(v128.load_splat<f32>(a), values));
    sum1 = f32x4.add(sum1, f32x4.mul(v128.load_splat<f32>(a, 4), values));
    sum2 = f32x4.add(sum2, f32x4.mul(v128.load_splat<f32>(a, 8), values));
    sum3 = f32x4.add(sum3, f32x4.mul(v128.load_splat<f32>(a, 12), values));
    b += B_STEP;
  }
  store(c, f, sum0, outputs);
  store(c + cStride, f, sum1, outputs + cStride);
  store(c + 2 * cStride, f, sum2, outputs + 2 * cStride);
  store(c + 3 * cStride, f, sum3, outputs + 3 * cStride);
}

function store(c: usize, f: i32, sum: v128, outputs: usize): void {
  v128.store(c, apply(f, sum, outputs));
}

/** Four rows of A at a time: their values of one k side by side. */
function packRowsOfA(a: usize, stride: usize, rows: usize, k: usize, packed: usize): void {
  let to = packed;
  for (let row: usize = 0; row < rows; row += 4) {
    const from = a + row * stride;
    for (let term: usize = 0; term < k; term += 4) {
      transpose(from + (term << 2), stride, to, A_STEP);
      to += 4 * A_STEP;
    }
  }
}

/** The same of A that lies transposed. */
function packColumnsOfA(a: usize, stride: usize, rows: usize, k: usize, packed: usize): void {
  const panel = k * A_STEP;
  let from = a;
  for (let term: usize = 0; term < k; term++) {
    let to = packed + term * A_STEP;
    for (let row: usize = 0; row < rows; row += 4) {
      v128.store(to, v128.load(from + (row << 2)));
      to += panel;
    }
    from += stride;
  }
}

/** Eight columns of B, or the last four: their values of one k side by side. */
function packColumnsOfB(b: usize, stride: usize, isWide: bool, k: usize, packed: usize): void {
  let from = b;
  let to = packed;
  for (let term: usize = 0; term < k; term++) {
    v128.store(to, v128.load(from));
    if (isWide) v128.store(to, v128.load(from, 16), 16);
    from += stride;
    to += B_STEP;
  }
}

/** The same of B that lies transposed. */
function packRowsOfB(b: usize, stride: usize, isWide: bool, k: usize, packed: usize): void {
  let to = packed;
  for (let term: usize = 0; term < k; term += 4) {
    const from = b + (term << 2);
    transpose(from, stride, to, B_STEP);
    if (isWide) transpose(from + 4 * stride, stride, to + VECTOR, B_STEP);
    to += 4 * B_STEP;
  }
}

/** Four rows of four become columns. */
function transpose(from: usize, fromStride: usize, to: usize, toStride: usize): void {
  const row0 = v128.load(from);
  const row1 = v128.load(from + fromStride);
  const row2 = v128.load(from + 2 * fromStride);
  const row3 = v128.load(from + 3 * fromStride);
  const low01 = v128.shuffle<i32>(row0, row1, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(row0, row1, 2, 6, 3, 7);
  const low23 = v128.shuffle<i32>(row2, row3, 0, 4, 1, 5);
  const high23 = v128.shuffle<i32>(row2, row3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2));
  v128.store(to + toStride, v128.shuffle<i64>(low01, low23, 1, 3));
  v128.store(to + 2 * toStride, v128.shuffle<i64>(high01, high23, 0, 2));
  v128.store(to + 3 * toStride, v128.shuffle<i64>(high01, high23, 1, 3));
}

/** NaN stays NaN: of pmax(a, b), b is taken only where a < b. */
function apply(f: i32, sum: v128, outputs: usize): v128 {
  if (f === LINEAR) return sum;
  if (f === RELU) return f32x4.pmax(sum, f32x4.splat(0));
  if (f === TANH) return tanh(sum);
  const output = v128.load(outputs);
  if (f === RELU_GRADIENT) return v128.and(sum, f32x4.gt(output, f32x4.splat(0)));
  return f32x4.mul(sum, f32x4.sub(f32x4.splat(1), f32x4.mul(output, output)));
}

/** As rationalTanh.ts. */
function tanh(value: v128): v128 {
  const limit: f32 = 7.905311107635498;
  const x = f32x4.pmax(f32x4.pmin(value, f32x4.splat(limit)), f32x4.splat(-limit));
  const x2 = f32x4.mul(x, x);
  let p = f32x4.splat(-2.76076847742355e-16);
  p = multiplyAdd(p, x2, 2.00018790482477e-13);
  p = multiplyAdd(p, x2, -8.60467152213735e-11);
  p = multiplyAdd(p, x2, 5.12229709037114e-8);
  p = multiplyAdd(p, x2, 1.48572235717979e-5);
  p = multiplyAdd(p, x2, 6.37261928875436e-4);
  p = multiplyAdd(p, x2, 4.89352455891786e-3);
  let q = f32x4.splat(1.19825839466702e-6);
  q = multiplyAdd(q, x2, 1.18534705686654e-4);
  q = multiplyAdd(q, x2, 2.268434632439e-3);
  q = multiplyAdd(q, x2, 4.89352518554385e-3);
  return f32x4.div(f32x4.mul(x, p), q);
}

function multiplyAdd(a: v128, b: v128, c: f32): v128 {
  return f32x4.add(f32x4.mul(a, b), f32x4.splat(c));
}

/** result = gradient ⊙ f′; `f` is one of the gradients. */
export function multiplyDerivative(
  gradient: usize,
  outputs: usize,
  result: usize,
  count: usize,
  f: i32,
): void {
  const bytes = count << 2;
  for (let at: usize = 0; at < bytes; at += VECTOR) {
    v128.store(result + at, apply(f, v128.load(gradient + at), outputs + at));
  }
}

/** result = a ⊙ b */
export function multiply(a: usize, b: usize, result: usize, count: usize): void {
  const bytes = count << 2;
  for (let at: usize = 0; at < bytes; at += VECTOR) {
    v128.store(result + at, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  }
}

export function columnSums(a: usize, stride: usize, rows: usize, columns: usize, result: usize): void {
  for (let column: usize = 0; column < columns; column += 4) {
    const offset = column << 2;
    let sum = f32x4.splat(0);
    let from = a + offset;
    for (let row: usize = 0; row < rows; row++) {
      sum = f32x4.add(sum, v128.load(from));
      from += stride;
    }
    v128.store(result + offset, sum);
  }
}

/** In four vectors of sums, which shortens the chain of additions and with it the rounding error. */
export function sumOfSquares(a: usize, count: usize): f32 {
  const bytes = count << 2;
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let sum2 = f32x4.splat(0);
  let sum3 = f32x4.splat(0);
  let at: usize = 0;
  for (; at + 4 * VECTOR <= bytes; at += 4 * VECTOR) {
    sum0 = addSquare(sum0, v128.load(a + at));
    sum1 = addSquare(sum1, v128.load(a + at, 16));
    sum2 = addSquare(sum2, v128.load(a + at, 32));
    sum3 = addSquare(sum3, v128.load(a + at, 48));
  }
  for (; at < bytes; at += VECTOR) sum0 = addSquare(sum0, v128.load(a + at));
  const sum = f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3));
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  );
}

function addSquare(sum: v128, value: v128): v128 {
  return f32x4.add(sum, f32x4.mul(value, value));
}

/** One step of Adam; the numbers are those of adam.ts. */
export function adam(
  parameters: usize,
  gradients: usize,
  firstMoments: usize,
  secondMoments: usize,
  count: usize,
  rate: f32,
  secondScale: f32,
  epsilon: f32,
  gradientScale: f32,
  beta1: f64,
  beta2: f64,
  leastMoment: f32,
): void {
  const least = f32x4.splat(leastMoment);
  const keptFirst = f32x4.splat(<f32>beta1);
  const keptSecond = f32x4.splat(<f32>beta2);
  // In 32 bits 1 − 0.999 would be off by 1e-5.
  const newFirst = f32x4.splat(<f32>(1 - beta1));
  const newSecond = f32x4.splat(<f32>(1 - beta2));
  const bytes = count << 2;
  for (let at: usize = 0; at < bytes; at += VECTOR) {
    const gradient = f32x4.mul(v128.load(gradients + at), f32x4.splat(gradientScale));
    const square = f32x4.mul(gradient, gradient);
    const first = sumOfProducts(v128.load(firstMoments + at), keptFirst, gradient, newFirst);
    const second = sumOfProducts(v128.load(secondMoments + at), keptSecond, square, newSecond);
    v128.store(firstMoments + at, v128.and(first, f32x4.ge(f32x4.abs(first), least)));
    v128.store(secondMoments + at, v128.and(second, f32x4.ge(second, least)));
    const root = f32x4.mul(f32x4.sqrt(second), f32x4.splat(secondScale));
    const step = f32x4.div(f32x4.mul(first, f32x4.splat(rate)), f32x4.add(root, f32x4.splat(epsilon)));
    v128.store(parameters + at, f32x4.sub(v128.load(parameters + at), step));
  }
}

function sumOfProducts(a: v128, b: v128, c: v128, d: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), f32x4.mul(c, d));
}
