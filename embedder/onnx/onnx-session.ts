import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { PackedBatch } from '#embedder/workers/packed-batch.ts';

export type SessionSource = {
  weights: string;
  /** Whether the file holds an optimised graph. Optimising it again takes 0.6 s, and sessions then share no weights. */
  optimized: boolean;
  threads: number;
  padTokenId: number;
};
/** One output tensor of a run, row-major. */
export type OutputTensor = { name: string; dims: readonly number[]; data: Float32Array };
/** Pads and runs a batch. @throws Error when the graph has an unknown input, or an output of another shape */
type RunBatch = (batch: PackedBatch) => Promise<OutputTensor>;

/** What a model's rows are: vectors to pool or pooled already, or scores; `width` is the length of a row. */
export type Rows = { kind: 'vectors' | 'scores'; width: number };
/** The output that is read. With rank 3 it has a row per position, with rank 2 one per text. */
type Output = { name: string; rank: number };

/**
 * Threads of one session wait for each other hundreds of times in a run. Measured on two cores: a lone text of 43
 * tokens takes 6.6 ms when threads spin for 100 µs before they sleep, and 9.2 ms when they sleep at once.
 */
const SHORT_SPIN = { extra: { session: { intra_op: { allow_spinning: '1', spin_duration_us: '100' } } } };

/**
 * Opens an ONNX model for batches of token ids. With `rows` every run writes into the same output buffer. A new
 * buffer for each run (0.4 MB) grew to 60 MB a session before V8 collected them.
 * @returns a function whose output is valid until its next call
 * @throws Error when the file is not a usable model
 */
export async function openSession(source: SessionSource, rows?: Rows): Promise<RunBatch> {
  const { weights, optimized, threads } = source;
  const session = await createSession(weights, {
    intraOpNumThreads: threads,
    graphOptimizationLevel: optimized ? 'disabled' : 'all',
    ...(threads > 1 ? SHORT_SPIN : {}),
  });
  requireDynamicAxes(session);
  const { name, rank } = findOutput(session, rows);
  let buffer = new Float32Array(0);
  return async (batch) => {
    const positions = batch.lengths.reduce((longest, length) => Math.max(longest, length), 0);
    const feeds = feedsOf(session, { batch, positions, padTokenId: source.padTokenId });
    const texts = batch.lengths.length;
    const wanted = rows && (rank === 3 ? [texts, positions, rows.width] : [texts, rows.width]);
    // First run without a preallocated buffer, so that a wrong shape is reported with the actual one.
    if (!wanted || buffer.length === 0) {
      const output = checkOutput(name, (await session.run(feeds, [name]))[name], wanted);
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

function checkOutput(name: string, output: Tensor | undefined, wanted: number[] | undefined): OutputTensor {
  const isRight = output?.type === 'float32' && (!wanted || output.dims.join() === wanted.join());
  if (isRight) return { name, dims: output.dims, data: output.data as Float32Array };
  const expected = wanted ? `float32 [${wanted.join(', ')}]` : 'float32';
  const [width, wantedWidth] = [output?.dims.at(-1), wanted?.at(-1)];
  const advice = wantedWidth === width ? '' : ` The manifest should say "dimensions": ${width}.`;
  throw new Error(
    `The model's output '${name}' is ${output?.type} [${output?.dims.join(', ')}], expected ${expected}.${advice}`,
  );
}

function feedsOf(session: InferenceSession, padded: Padded): Record<string, Tensor> {
  const dims = [padded.batch.lengths.length, padded.positions];
  return Object.fromEntries(
    session.inputNames.map((input) => [input, new Tensor('int64', padInput(input, padded), dims)]),
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
      // Memory patterns are cached per input shape, and batches rarely repeat a shape.
      enableMemPattern: false,
      // Fatal errors only: others are thrown as well, and logged by the caller.
      logSeverityLevel: 4,
      // Spinning threads use a core while the service is idle and compete for cores while it is busy.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      ...options,
    });
  } catch (cause) {
    throw new Error(`${weights} is not a usable ONNX model: ${String(cause)}`, { cause });
  }
}

/** @throws Error for a graph that was exported for one size of batch or text, which would fail at the first other one */
function requireDynamicAxes({ inputMetadata }: InferenceSession): void {
  const fixed = inputMetadata.find(
    (input) => input.isTensor && input.shape.some((dim) => typeof dim === 'number'),
  );
  if (!fixed?.isTensor) return;
  throw new Error(
    `The model's input '${fixed.name}' is fixed to [${fixed.shape.join(', ')}]: export it with dynamic axes, as optimum-cli does.`,
  );
}

/** What exports call the hidden state, the finished vectors, and the hidden state beside these. */
const VECTOR_OUTPUTS = ['last_hidden_state', 'sentence_embedding', 'token_embeddings'];

/** The output with the rows: by its usual name, else the first of rank 3, else the first. */
function findOutput(session: InferenceSession, rows: Rows | undefined): Output {
  const outputs = session.outputMetadata.map((output) => ({
    name: output.name,
    rank: output.isTensor && output.shape.length > 0 ? output.shape.length : usualRank(output.name),
  }));
  const named = (name: string) => outputs.find((output) => output.name === name);
  const found =
    rows?.kind === 'scores'
      ? named('logits')
      : (VECTOR_OUTPUTS.map(named).find(Boolean) ?? outputs.find(({ rank }) => rank === 3));
  const output = found ?? outputs[0];
  if (!output) throw new Error('The model has no output.');
  return output;
}

/** The rank of an output whose graph does not say its shape. */
function usualRank(name: string): number {
  return name === 'last_hidden_state' || name === 'token_embeddings' ? 3 : 2;
}

type Padded = { batch: PackedBatch; positions: number; padTokenId: number };

/** The values of one input, padded on the right. @throws Error for an input other than the three of an encoder */
function padInput(name: string, { batch, positions, padTokenId }: Padded): BigInt64Array {
  const { ids, lengths } = batch;
  const values = new BigInt64Array(lengths.length * positions);
  // Writes the lower 32 bits directly: that makes no BigInt per token.
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
