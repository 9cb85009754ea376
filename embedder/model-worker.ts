import { workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { meanPool } from './pooling.ts';
import { serveRequests } from './worker-side.ts';

export type ModelSource = { weights: string; dimensions: number; padTokenId: number; threads: number };
/** Token ids of each text of a batch. */
export type ModelRequest = Int32Array[];
/** One normalised row per text, all in one array. */
export type ModelResult = Float32Array<ArrayBuffer>;

const source = workerData as ModelSource;

await serveRequests<ModelRequest, ModelResult>(async () => {
  const session = await open(source.weights);
  const output = outputOf(session);
  const embed = async (batch: ModelRequest) => {
    const rows = await run({ session, output, batch });
    return { result: rows, transfer: [rows.buffer] };
  };
  // The first run allocates and would be the slowest: it is ours, and finds a model of another shape.
  await embed([Int32Array.of(source.padTokenId, source.padTokenId)]);
  return embed;
});

async function open(weights: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(weights, {
      intraOpNumThreads: source.threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // Only fatal ones: an error is thrown too, and reported there.
      logSeverityLevel: 4,
      // Spinning threads burn a core while the service is idle.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    throw new Error(`${weights} is not a usable ONNX model: ${String(cause)}`, { cause });
  }
}

/** The name of the hidden state; exports differ, so it is read off the session. */
function outputOf(session: InferenceSession): string {
  const names = session.outputNames;
  const name = names.find((candidate) => candidate === 'last_hidden_state') ?? names[0];
  if (!name) throw new Error('The model has no output.');
  return name;
}

type Run = { session: InferenceSession; output: string; batch: ModelRequest };

async function run({ session, output, batch }: Run): Promise<ModelResult> {
  const positions = Math.max(...batch.map((ids) => ids.length));
  const feeds = Object.fromEntries(
    session.inputNames.map((name) => [
      name,
      new Tensor('int64', inputValues(name, batch, positions), [batch.length, positions]),
    ]),
  );
  const hidden = (await session.run(feeds, [output]))[output];
  const dims = hidden?.dims ?? [];
  const wanted = [batch.length, positions, source.dimensions];
  if (!hidden || hidden.type !== 'float32' || dims.join() !== wanted.join()) {
    throw new Error(
      `The model's output '${output}' is ${hidden?.type} [${dims.join(', ')}], expected float32 [${wanted.join(', ')}].`,
    );
  }
  const lengths = batch.map((ids) => ids.length);
  return meanPool({ data: hidden.data as Float32Array, positions, dimensions: source.dimensions }, lengths);
}

/** The values of one input, padded on the right. @throws Error for an input that no sentence encoder has */
function inputValues(name: string, batch: ModelRequest, positions: number): BigInt64Array {
  const values = new BigInt64Array(batch.length * positions);
  if (name === 'token_type_ids') return values;
  if (name !== 'input_ids' && name !== 'attention_mask') {
    throw new Error(`The model has an input '${name}', which this service does not know.`);
  }
  if (name === 'input_ids') values.fill(BigInt(source.padTokenId));
  for (const [row, ids] of batch.entries()) {
    for (const [i, id] of ids.entries()) {
      values[row * positions + i] = name === 'input_ids' ? BigInt(id) : 1n;
    }
  }
  return values;
}
