import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { PackedBatch } from '#embedder/workers/packed-batch.ts';

export type SessionSource = {
  weights: string;
  /** The graph was optimised when it was cached: doing it again costs 0.6 s and the sharing of weights. */
  optimized: boolean;
  threads: number;
  padTokenId: number;
};
/** One output of a run, row-major. */
export type Output = { name: string; dims: readonly number[]; data: Float32Array };
/** Runs a padded batch. @throws Error when the graph has inputs or outputs this service does not know */
export type RunBatch = (batch: PackedBatch) => Promise<Output>;

/** The shape that a model's output must have for so many texts of so many positions. */
export type DimsOf = (texts: number, positions: number) => number[];

/**
 * Threads of one session wait for each other hundreds of times in a run. Spinning that long for it instead of
 * sleeping makes a lone text of 43 tokens take 6.6 ms instead of 9.2 on two cores; after a run they sleep.
 */
const SHORT_SPIN = { extra: { session: { intra_op: { allow_spinning: '1', spin_duration_us: '100' } } } };

/**
 * Opens an ONNX model for batches of token ids. With `dimsOf` the output has one buffer that every run writes into:
 * a new one each time (0.4 MB) piled up to 60 MB a session before V8 cared to collect them.
 * @returns a function whose output is valid until its next call
 * @throws Error when the file is not a usable model
 */
export async function openSession(source: SessionSource, dimsOf?: DimsOf): Promise<RunBatch> {
  const { weights, optimized, threads } = source;
  const session = await createSession(weights, {
    intraOpNumThreads: threads,
    graphOptimizationLevel: optimized ? 'disabled' : 'all',
    ...(threads > 1 ? SHORT_SPIN : {}),
  });
  const name = outputOf(session);
  let buffer = new Float32Array(0);
  return async (batch) => {
    const positions = batch.lengths.reduce((longest, length) => Math.max(longest, length), 0);
    const feeds = feedsOf(session, { batch, positions, padTokenId: source.padTokenId });
    const wanted = dimsOf?.(batch.lengths.length, positions);
    // The first run is without a buffer: onnxruntime then tells the true shape instead of that it is another.
    if (!wanted || buffer.length === 0) {
      const output = checked(name, (await session.run(feeds, [name]))[name], wanted);
      if (wanted) buffer = new Float32Array(output.data.length);
      return output;
    }
    const size = wanted.reduce((product, dim) => product * dim, 1);
    if (buffer.length < size) buffer = new Float32Array(size);
    const target = new Tensor('float32', buffer.subarray(0, size), wanted);
    await session.run(feeds, { [name]: target });
    return { name, dims: wanted, data: buffer.subarray(0, size) };
  };
}

function checked(name: string, output: Tensor | undefined, wanted: number[] | undefined): Output {
  const isRight = output?.type === 'float32' && (!wanted || output.dims.join() === wanted.join());
  if (isRight) return { name, dims: output.dims, data: output.data as Float32Array };
  const expected = wanted ? `float32 [${wanted.join(', ')}]` : 'float32';
  throw new Error(
    `The model's output '${name}' is ${output?.type} [${output?.dims.join(', ')}], expected ${expected}.`,
  );
}

function feedsOf(session: InferenceSession, padded: Padded): Record<string, Tensor> {
  const dims = [padded.batch.lengths.length, padded.positions];
  return Object.fromEntries(
    session.inputNames.map((input) => [input, new Tensor('int64', inputValues(input, padded), dims)]),
  );
}

/** @throws Error naming the file when onnxruntime cannot load it */
export async function createSession(
  weights: string,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(weights, {
      interOpNumThreads: 1,
      // Patterns are kept per shape, and hardly two batches have the same.
      enableMemPattern: false,
      // Only fatal ones: an error is thrown too, and reported there.
      logSeverityLevel: 4,
      // Spinning threads burn a core while the service is idle, and each other's time while it is busy.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      ...options,
    });
  } catch (cause) {
    throw new Error(`${weights} is not a usable ONNX model: ${String(cause)}`, { cause });
  }
}

/** The name of the hidden state or the logits; exports differ, so it is read off the session. */
function outputOf(session: InferenceSession): string {
  const names = session.outputNames;
  const name = names.find((candidate) => candidate === 'last_hidden_state') ?? names[0];
  if (!name) throw new Error('The model has no output.');
  return name;
}

type Padded = { batch: PackedBatch; positions: number; padTokenId: number };

/** The values of one input, padded on the right. @throws Error for an input that no sentence encoder has */
function inputValues(name: string, { batch, positions, padTokenId }: Padded): BigInt64Array {
  const { ids, lengths } = batch;
  const values = new BigInt64Array(lengths.length * positions);
  // The lower halves of the numbers: no BigInt is made for each.
  const low = new Int32Array(values.buffer);
  if (name === 'token_type_ids') return values;
  if (name !== 'input_ids' && name !== 'attention_mask') {
    throw new Error(`The model has an input '${name}', which this service does not know.`);
  }
  if (name === 'input_ids' && padTokenId !== 0) values.fill(BigInt(padTokenId));
  let from = 0;
  for (const [row, length] of lengths.entries()) {
    const to = row * positions;
    if (name === 'attention_mask') values.fill(1n, to, to + length);
    else for (let i = 0; i < length; i += 1) low[2 * (to + i)] = ids[from + i] ?? 0;
    from += length;
  }
  return values;
}
