import { bytes, header, integer, text } from './onnx-proto.ts';

/**
 * Writes ONNX graphs from code, so that tests and the benchmark need neither Python nor a download. It covers the part
 * of the format that an encoder needs; field numbers are those of onnx.proto3.
 */

const TYPE = { float32: 1, int8: 3, int64: 7 } as const;
type ElementType = keyof typeof TYPE;
type Dimension = number | string;
type Attribute = number | number[];
type Values = Float32Array | Int8Array | BigInt64Array;

/** Builds a graph. Names of values are generated; weights are written once per name. */
export class OnnxGraph {
  readonly #nodes: Buffer[] = [];
  readonly #initializers = new Map<string, Buffer[]>();
  readonly #ends: Buffer[] = [];
  readonly #opset: number;
  #count = 0;

  constructor(opset: number) {
    this.#opset = opset;
  }

  /** Adds a node with one output. @returns the output's name */
  node(op: string, inputs: string[], attributes: Record<string, Attribute> = {}): string {
    const [output = ''] = this.nodes(op, inputs, { outputs: 1, attributes });
    return output;
  }

  /** Adds a node with several outputs, or with a name for its one. */
  nodes(
    op: string,
    inputs: string[],
    { outputs, attributes = {} }: { outputs: number | string; attributes?: Record<string, Attribute> },
  ): string[] {
    this.#count += 1;
    const names =
      typeof outputs === 'string'
        ? [outputs]
        : Array.from({ length: outputs }, (_, i) => `${op}_${this.#count}_${i}`);
    const fields = [
      ...inputs.map((name) => text(1, name)),
      ...names.map((name) => text(2, name)),
      text(3, `${op}_${this.#count}`),
      text(4, op),
      ...Object.entries(attributes).map(([name, value]) => bytes(5, [attribute(name, value)])),
    ];
    this.#nodes.push(bytes(1, fields));
    return names;
  }

  /** Adds a constant tensor. @returns its name */
  weights(name: string, dims: number[], values: Values): string {
    if (!this.#initializers.has(name)) {
      const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      const head = [...dims.map((dim) => integer(1, dim)), integer(2, TYPE[typeOf(values)]), text(8, name)];
      const tensor = [...head, header(9, [raw]), raw];
      this.#initializers.set(name, [header(5, tensor), ...tensor]);
    }
    return name;
  }

  float(name: string, value: number): string {
    return this.weights(name, [], Float32Array.of(value));
  }

  integers(name: string, values: number[]): string {
    return this.weights(name, [values.length], BigInt64Array.from(values, BigInt));
  }

  input(name: string, type: ElementType, dims: Dimension[]): string {
    this.#ends.push(valueInfo({ field: 11, name, type, dims }));
    return name;
  }

  output(name: string, type: ElementType, dims: Dimension[]): void {
    this.#ends.push(valueInfo({ field: 12, name, type, dims }));
  }

  /** The file in parts, without copies of the weights. */
  chunks(): Buffer[] {
    const graph = [
      ...this.#nodes,
      text(2, 'encoder'),
      ...Array.from(this.#initializers.values()).flat(),
      ...this.#ends,
    ];
    const opset = bytes(8, [text(1, ''), integer(2, this.#opset)]);
    return [integer(1, 8), text(2, 'rag-platform'), header(7, graph), ...graph, opset];
  }
}

function typeOf(values: Values): ElementType {
  if (values instanceof Float32Array) return 'float32';
  return values instanceof Int8Array ? 'int8' : 'int64';
}

function attribute(name: string, value: Attribute): Buffer {
  if (Array.isArray(value)) {
    return Buffer.concat([text(1, name), ...value.map((each) => integer(8, each)), integer(20, 7)]);
  }
  return Buffer.concat([text(1, name), integer(3, value), integer(20, 2)]);
}

type ValueInfo = { field: number; name: string; type: ElementType; dims: Dimension[] };

function valueInfo({ field, name, type, dims }: ValueInfo): Buffer {
  const shape = dims.map((dim) => bytes(1, [typeof dim === 'number' ? integer(1, dim) : text(2, dim)]));
  const tensorType = bytes(1, [integer(1, TYPE[type]), bytes(2, shape)]);
  return bytes(field, [text(1, name), bytes(2, [tensorType])]);
}
