import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { PackedBatch } from './packed-batch.ts';

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

/**
 * Opens an ONNX model for batches of token ids.
 * @throws Error when the file is not a usable model
 */
export async function openSession(source: SessionSource): Promise<RunBatch> {
  const { weights, optimized, threads } = source;
  const session = await createSession(weights, {
    intraOpNumThreads: threads,
    graphOptimizationLevel: optimized ? 'disabled' : 'all',
  });
  const name = outputOf(session);
  return async (batch) => {
    const positions = batch.lengths.reduce((longest, length) => Math.max(longest, length), 0);
    const dims = [batch.lengths.length, positions];
    const feeds = Object.fromEntries(
      session.inputNames.map((input) => [
        input,
        new Tensor('int64', inputValues(input, { batch, positions, padTokenId: source.padTokenId }), dims),
      ]),
    );
    const output = (await session.run(feeds, [name]))[name];
    if (output?.type !== 'float32') {
      throw new Error(`The model's output '${name}' is ${output?.type}, expected float32.`);
    }
    return { name, dims: output.dims, data: output.data as Float32Array };
  };
}

/** @throws Error naming the file when onnxruntime cannot load it */
export async function createSession(
  weights: string,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(weights, {
      interOpNumThreads: 1,
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
  if (name === 'token_type_ids') return values;
  if (name !== 'input_ids' && name !== 'attention_mask') {
    throw new Error(`The model has an input '${name}', which this service does not know.`);
  }
  if (name === 'input_ids' && padTokenId !== 0) values.fill(BigInt(padTokenId));
  let from = 0;
  for (const [row, length] of lengths.entries()) {
    const to = row * positions;
    if (name === 'attention_mask') values.fill(1n, to, to + length);
    else for (let i = 0; i < length; i += 1) values[to + i] = BigInt(ids[from + i] ?? 0);
    from += length;
  }
  return values;
}
