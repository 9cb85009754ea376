import { OnnxGraph } from '#tests/support/models/onnx-graph.ts';

/** The shape of multilingual-e5-small and of MiniLM-L12. */
export const E5_SMALL_SHAPE = {
  vocabulary: 250_037,
  hidden: 384,
  intermediate: 1_536,
  layers: 12,
  heads: 12,
  positions: 512,
};

/** onnxruntime fuses attention at opset 11 but not at 17, where fp32 is 10–35 % slower. */
const OPSET = 11;
const LOWEST_FLOAT = -3.402_823_466_385_288_6e38;

/**
 * Generates a BERT encoder in dynamic int8 with random weights, in the form that `optimum` exports. Its vectors are
 * meaningless, but it takes the time and memory of the real model.
 * @returns the ONNX file in parts
 */
export function int8Encoder(): Buffer[] {
  return new Encoder().build();
}

class Encoder {
  readonly #graph = new OnnxGraph(OPSET);
  #seed = 12_345;
  #scales = 0;

  build(): Buffer[] {
    const graph = this.#graph;
    for (const name of ['input_ids', 'attention_mask', 'token_type_ids']) {
      graph.input(name, 'int64', ['batch_size', 'sequence_length']);
    }
    const mask = this.#mask();
    let state = this.#embeddings();
    for (let layer = 0; layer < E5_SMALL_SHAPE.layers; layer += 1) {
      state = this.#layer(`encoder.layer.${layer}`, state, mask);
    }
    graph.nodes('Identity', [state], { outputs: 'last_hidden_state' });
    graph.output('last_hidden_state', 'float32', ['batch_size', 'sequence_length', E5_SMALL_SHAPE.hidden]);
    return graph.chunks();
  }

  /** [batch, 1, 1, positions]: 0 for text, the lowest float for padding. */
  #mask(): string {
    const graph = this.#graph;
    const wide = graph.node('Unsqueeze', ['attention_mask'], { axes: [1] });
    const wider = graph.node('Unsqueeze', [wide], { axes: [2] });
    const mask = graph.node('Cast', [wider], { to: 1 });
    const hole = graph.node('Sub', [graph.float('one', 1), mask]);
    return graph.node('Mul', [hole, graph.float('lowest', LOWEST_FLOAT)]);
  }

  #embeddings(): string {
    const { vocabulary, hidden, positions } = E5_SMALL_SHAPE;
    const graph = this.#graph;
    const table = graph.weights('word', [vocabulary, hidden], this.#bytes(vocabulary * hidden));
    const rows = graph.node('Gather', [table, 'input_ids'], { axis: 0 });
    const zero = graph.weights('word_zero', [], new Int8Array(1));
    const words = graph.node('DequantizeLinear', [rows, graph.float('word_scale', 0.05 / 73), zero]);
    const places = graph.weights('position', [positions, hidden], this.#floats(positions * hidden, 0.02));
    const ids = graph.weights(
      'position_ids',
      [1, positions],
      BigInt64Array.from({ length: positions }, (_, i) => BigInt(i)),
    );
    const one = graph.weights('index_one', [], BigInt64Array.of(1n));
    const length = graph.node('Gather', [graph.node('Shape', ['input_ids']), one], { axis: 0 });
    const end = graph.node('Unsqueeze', [length], { axes: [0] });
    const [from, axis, step] = [
      graph.integers('from', [0]),
      graph.integers('axis', [1]),
      graph.integers('step', [1]),
    ];
    const seen = graph.node('Slice', [ids, from, end, axis, step]);
    const placed = graph.node('Gather', [places, seen], { axis: 0 });
    const types = graph.weights('type', [2, hidden], this.#floats(2 * hidden, 0.02));
    const typed = graph.node('Gather', [types, 'token_type_ids'], { axis: 0 });
    const sum = graph.node('Add', [graph.node('Add', [words, typed]), placed]);
    return this.#layerNorm('embeddings.norm', sum);
  }

  #layer(name: string, input: string, mask: string): string {
    const { hidden, intermediate } = E5_SMALL_SHAPE;
    const graph = this.#graph;
    const context = this.#attention(name, input, mask);
    const output = this.#linear(`${name}.o`, this.#quantized(context), [hidden, hidden]);
    const attended = this.#layerNorm(`${name}.norm1`, graph.node('Add', [output, input]));
    const wide = this.#gelu(this.#linear(`${name}.up`, this.#quantized(attended), [hidden, intermediate]));
    const narrow = this.#linear(`${name}.down`, this.#quantized(wide), [intermediate, hidden]);
    return this.#layerNorm(`${name}.norm2`, graph.node('Add', [narrow, attended]));
  }

  #attention(name: string, input: string, mask: string): string {
    const { hidden, heads } = E5_SMALL_SHAPE;
    const graph = this.#graph;
    const quantized = this.#quantized(input);
    const part = (which: string, perm: number[]) =>
      this.#heads(this.#linear(`${name}.${which}`, quantized, [hidden, hidden]), perm);
    const [query, key, value] = [
      part('q', [0, 2, 1, 3]),
      part('k', [0, 2, 3, 1]),
      part('v', [0, 2, 1, 3]),
    ] as const;
    const root = graph.float('root', Math.sqrt(hidden / heads));
    const scores = graph.node('Div', [graph.node('MatMul', [query, key]), root]);
    const shares = graph.node('Softmax', [graph.node('Add', [scores, mask])], { axis: 3 });
    const context = graph.node('Transpose', [graph.node('MatMul', [shares, value])], { perm: [0, 2, 1, 3] });
    return graph.node('Reshape', [context, this.#shapeOf(context, [graph.integers('hidden', [hidden])])]);
  }

  #heads(input: string, perm: number[]): string {
    const { hidden, heads } = E5_SMALL_SHAPE;
    const sizes = [
      this.#graph.integers('heads', [heads]),
      this.#graph.integers('head_size', [hidden / heads]),
    ];
    const split = this.#graph.node('Reshape', [input, this.#shapeOf(input, sizes)]);
    return this.#graph.node('Transpose', [split], { perm });
  }

  /** The shape [batch, positions, …rest] of a value, computed in the graph as exports do. */
  #shapeOf(value: string, rest: string[]): string {
    const graph = this.#graph;
    const size = (at: number) => {
      const index = graph.weights(`index_${at}`, [], BigInt64Array.of(BigInt(at)));
      const found = graph.node('Gather', [graph.node('Shape', [value]), index], { axis: 0 });
      return graph.node('Unsqueeze', [found], { axes: [0] });
    };
    return graph.node('Concat', [size(0), size(1), ...rest], { axis: 0 });
  }

  #quantized(input: string): string[] {
    return this.#graph.nodes('DynamicQuantizeLinear', [input], { outputs: 3 });
  }

  #linear(
    name: string,
    [values = '', scale = '', zero = '']: string[],
    [rows, columns]: [number, number],
  ): string {
    const graph = this.#graph;
    const weight = graph.weights(`${name}.weight`, [rows, columns], this.#bytes(rows * columns));
    const weightZero = graph.weights(`${name}.zero`, [], new Int8Array(1));
    const sum = graph.node('MatMulInteger', [values, weight, zero, weightZero]);
    const scales = graph.node('Mul', [scale, graph.float(`${name}.scale`, this.#scale())]);
    const product = graph.node('Mul', [graph.node('Cast', [sum], { to: 1 }), scales]);
    const bias = graph.weights(`${name}.bias`, [columns], this.#floats(columns, 0.05));
    return graph.node('Add', [bias, product]);
  }

  /** Layer normalisation in single nodes, because opset 11 has no node for it; onnxruntime fuses them. */
  #layerNorm(name: string, input: string): string {
    const graph = this.#graph;
    const { hidden } = E5_SMALL_SHAPE;
    const centred = graph.node('Sub', [input, graph.node('ReduceMean', [input], { axes: [-1] })]);
    const squared = graph.node('Pow', [centred, graph.float('two', 2)]);
    const variance = graph.node('ReduceMean', [squared], { axes: [-1] });
    const deviation = graph.node('Sqrt', [graph.node('Add', [variance, graph.float('epsilon', 1e-12)])]);
    const gain = graph.weights(`${name}.gain`, [hidden], new Float32Array(hidden).fill(1));
    const bias = graph.weights(`${name}.bias`, [hidden], new Float32Array(hidden));
    const scaled = graph.node('Mul', [graph.node('Div', [centred, deviation]), gain]);
    return graph.node('Add', [scaled, bias]);
  }

  #gelu(input: string): string {
    const graph = this.#graph;
    const error = graph.node('Erf', [graph.node('Div', [input, graph.float('root_two', Math.SQRT2)])]);
    const gate = graph.node('Add', [error, graph.float('one', 1)]);
    return graph.node('Mul', [graph.node('Mul', [input, gate]), graph.float('half', 0.5)]);
  }

  /** Uniform over -128 … 127, generated four at a time: 96 million take 0.2 s. */
  #bytes(count: number): Int8Array {
    const words = new Int32Array(Math.ceil(count / 4));
    for (let i = 0; i < words.length; i += 1) words[i] = this.#random();
    return new Int8Array(words.buffer, 0, count);
  }

  /**
   * A different scale for each weight, as in a real model. With equal scales onnxruntime shares constants and fuses
   * less.
   */
  #scale(): number {
    this.#scales += 1;
    return (0.05 / 73) * (1 + this.#scales * 1e-4);
  }

  #floats(count: number, deviation: number): Float32Array {
    const scale = (deviation * Math.sqrt(3)) / 0x8000_0000;
    return Float32Array.from({ length: count }, () => this.#random() * scale);
  }

  /** xorshift32 (Marsaglia 2003). */
  #random(): number {
    this.#seed ^= this.#seed << 13;
    this.#seed ^= this.#seed >>> 17;
    this.#seed ^= this.#seed << 5;
    return this.#seed;
  }
}
