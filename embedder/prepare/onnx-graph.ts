import { bytes, header, integer, numbersOf, readFields, text, textsOf } from './onnx-proto.ts';

/** A node of a graph; `raw` is what stands in the file for it. */
export type GraphNode = {
  op: string;
  inputs: string[];
  outputs: string[];
  attributes: Buffer[];
  raw: Buffer;
};
/** A weight. Its values lie in the file, or in another one. */
export type GraphTensor = {
  dims: number[];
  /** 1 float32, 2 uint8, 3 int8, 7 int64. */
  type: number;
  values: Buffer | { file: string; offset: number; length: number } | null;
  raw: Buffer;
};
/** An ONNX graph (onnx.proto3) that can be changed and written again; what is not looked at stays as it was. */
export type Graph = {
  nodes: GraphNode[];
  tensors: Map<string, GraphTensor>;
  outputs: string[];
  /** Fields of the graph and of the model around it that are neither nodes nor weights. */
  rest: { graph: Buffer[]; before: Buffer[]; after: Buffer[] };
};

/** Field numbers of onnx.proto3. */
const MODEL = { graph: 7 };
const GRAPH = { node: 1, tensor: 5, output: 12 };
const NODE = { input: 1, output: 2, name: 3, op: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { name: 1, float: 2, integer: 3, integers: 8, type: 20 };
const TENSOR = { dims: 1, type: 2, name: 8, raw: 9, external: 13, location: 14 };
const ENTRY = { key: 1, value: 2 };
const INTEGER_TYPE = 2;
const EXTERNAL = 1;

/** @throws RangeError when the bytes are no ONNX model */
export function readGraph(model: Buffer): Graph {
  const fields = readFields(model);
  const at = fields.findIndex(({ number }) => number === MODEL.graph);
  if (at < 0) throw new RangeError('The file has no graph.');
  const graph = readFields(fields[at]?.bytes ?? Buffer.alloc(0));
  const of = (number: number) => graph.filter((field) => field.number === number);
  const others = graph.filter(({ number }) => number !== GRAPH.node && number !== GRAPH.tensor);
  return {
    nodes: of(GRAPH.node).map(({ bytes: raw }) => readNode(raw)),
    tensors: new Map(of(GRAPH.tensor).map(({ bytes: raw }) => readTensor(raw))),
    outputs: of(GRAPH.output).flatMap(({ bytes: raw }) => textsOf(readFields(raw), 1)),
    rest: {
      graph: others.map(({ raw }) => raw),
      before: fields.slice(0, at).map(({ raw }) => raw),
      after: fields.slice(at + 1).map(({ raw }) => raw),
    },
  };
}

/** The file again, without weights that no node reads. */
export function writeGraph({ nodes, tensors, rest }: Graph): Buffer {
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const weights = [...tensors].filter(([name]) => used.has(name)).map(([, { raw }]) => raw);
  const graph = [
    ...nodes.map(({ raw }) => bytes(GRAPH.node, [raw])),
    ...rest.graph,
    ...weights.map((raw) => bytes(GRAPH.tensor, [raw])),
  ];
  return Buffer.concat([...rest.before, header(MODEL.graph, graph), ...graph, ...rest.after]);
}

type NewNode = {
  op: string;
  domain?: string;
  inputs: string[];
  output: string;
  attributes: Record<string, number>;
};

/** A node with one output; attributes are integers. */
export function newNode({ op, domain = '', inputs, output, attributes }: NewNode): GraphNode {
  const own = Object.entries(attributes).map(([name, value]) =>
    Buffer.concat([
      text(ATTRIBUTE.name, name),
      integer(ATTRIBUTE.integer, value),
      integer(ATTRIBUTE.type, INTEGER_TYPE),
    ]),
  );
  const raw = Buffer.concat([
    ...inputs.map((name) => text(NODE.input, name)),
    text(NODE.output, output),
    text(NODE.name, `${op} of ${output}`),
    text(NODE.op, op),
    ...own.map((attribute) => bytes(NODE.attribute, [attribute])),
    text(NODE.domain, domain),
  ]);
  return { op, inputs, outputs: [output], attributes: own, raw };
}

type Place = { file: string; offset: number; length: number };

/** A weight whose values lie in another file. */
export function newTensor(
  name: string,
  dims: number[],
  { type, place }: { type: number; place: Place },
): GraphTensor {
  const entries = { location: place.file, offset: String(place.offset), length: String(place.length) };
  const raw = Buffer.concat([
    ...dims.map((dim) => integer(TENSOR.dims, dim)),
    integer(TENSOR.type, type),
    text(TENSOR.name, name),
    ...Object.entries(entries).map(([key, value]) =>
      bytes(TENSOR.external, [text(ENTRY.key, key), text(ENTRY.value, value)]),
    ),
    integer(TENSOR.location, EXTERNAL),
  ]);
  return { dims, type, values: place, raw };
}

/** The value of an attribute by its name, whichever it has. */
export function attributeOf(
  { attributes }: GraphNode,
  name: string,
): { float: number; integer: number; integers: number[] } {
  const fields = attributes.map(readFields).find((each) => textsOf(each, ATTRIBUTE.name)[0] === name) ?? [];
  const float = fields.find(({ number }) => number === ATTRIBUTE.float)?.bytes.readFloatLE() ?? Number.NaN;
  const [integer = 0] = numbersOf(fields, ATTRIBUTE.integer);
  return { float, integer, integers: numbersOf(fields, ATTRIBUTE.integers) };
}

function readNode(raw: Buffer): GraphNode {
  const fields = readFields(raw);
  return {
    op: textsOf(fields, NODE.op)[0] ?? '',
    inputs: textsOf(fields, NODE.input),
    outputs: textsOf(fields, NODE.output),
    attributes: fields.filter(({ number }) => number === NODE.attribute).map((field) => field.bytes),
    raw,
  };
}

function readTensor(raw: Buffer): [string, GraphTensor] {
  const fields = readFields(raw);
  const external = Object.fromEntries(
    fields
      .filter(({ number }) => number === TENSOR.external)
      .map(({ bytes: entry }) => readFields(entry))
      .map((entry) => [textsOf(entry, ENTRY.key)[0] ?? '', textsOf(entry, ENTRY.value)[0] ?? '']),
  );
  const inside = fields.find(({ number }) => number === TENSOR.raw)?.bytes ?? null;
  const outside = external.location
    ? { file: external.location, offset: Number(external.offset ?? 0), length: Number(external.length) }
    : null;
  const tensor = {
    dims: numbersOf(fields, TENSOR.dims),
    type: Number(fields.find(({ number }) => number === TENSOR.type)?.value ?? 0n),
    values: outside ?? inside,
    raw,
  };
  return [textsOf(fields, TENSOR.name)[0] ?? '', tensor];
}
