import * as runtime from 'onnxruntime-web';

// One thread: others would be worker threads that outlive the test.
runtime.env.wasm.numThreads = 1;
runtime.env.logLevel = 'error';

/** Runs an ONNX file in onnxruntime. @returns outputs by name, [rows, columns] each, row by row */
export async function runOnnx(
  file: Uint8Array,
  rows: Float32Array,
  inputs: number,
): Promise<Record<string, Float32Array>> {
  const session = await runtime.InferenceSession.create(file);
  const [name = ''] = session.inputNames;
  const outputs = await session.run({
    [name]: new runtime.Tensor('float32', rows, [rows.length / inputs, inputs]),
  });
  const results: Record<string, Float32Array> = {};
  for (const [output, { data }] of Object.entries(outputs)) {
    if (data instanceof Float32Array) results[output] = data.slice();
  }
  await session.release();
  return results;
}
