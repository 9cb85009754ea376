import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { currentInvocation, type Invocation, type Measurement } from './invocation.ts';

/**
 * Every metric and its dimensions. CloudWatch charges for each combination of dimension values (0.30 USD a month if
 * used all the time). So every dimension has few values, none of them chosen by users: teams and keys are in the logs.
 */
export const CUSTOM_METRICS = {
  Requests: { unit: MetricUnit.Count, dimensions: ['stage', 'function', 'status'] },
  /** Time to the response of a success; for a stream, to its first byte. */
  Latency: { unit: MetricUnit.Milliseconds, dimensions: ['stage', 'function', 'route'] },
  ColdStarts: { unit: MetricUnit.Count, dimensions: ['stage', 'function'] },
  /** From a document's upload until search finds it. */
  IngestionLag: { unit: MetricUnit.Milliseconds, dimensions: ['stage'] },
  IngestionFailures: { unit: MetricUnit.Count, dimensions: ['stage', 'code'] },
  InputTokens: { unit: MetricUnit.Count, dimensions: ['stage', 'model'] },
  OutputTokens: { unit: MetricUnit.Count, dimensions: ['stage', 'model'] },
  /** US dollars at list price. */
  Cost: { unit: MetricUnit.NoUnit, dimensions: ['stage', 'model'] },
  RetrievalTotal: { unit: MetricUnit.Milliseconds, dimensions: ['stage'] },
  RetrievalEmbed: { unit: MetricUnit.Milliseconds, dimensions: ['stage'] },
  RetrievalVector: { unit: MetricUnit.Milliseconds, dimensions: ['stage'] },
  RetrievalLexical: { unit: MetricUnit.Milliseconds, dimensions: ['stage'] },
} as const;

type MetricName = keyof typeof CUSTOM_METRICS;

export const METRICS_NAMESPACE = 'rag-platform';

/** Writes to standard output. `npm start` and the tests switch it off with POWERTOOLS_METRICS_DISABLED. */
const metrics = new Metrics({ namespace: METRICS_NAMESPACE, serviceName: METRICS_NAMESPACE });
// The namespace identifies the service already; as a dimension every alarm would have to name it.
metrics.clearDefaultDimensions();

/** Counts an answered request, and measures the latency of a success: refusals end early and would hide a slow route. */
export function measureRequest(status: number, latencyMs: number): void {
  const invocation = currentInvocation();
  if (!invocation) return;
  const about = { function: invocation.function };
  record({ ...about, status: `${Math.floor(status / 100)}xx` }, { Requests: 1 });
  if (status >= 400) return;
  record({ ...about, route: invocation.fields.route ?? 'none' }, { Latency: latencyMs });
}

/** Counts the first invocation of an execution environment. */
export function measureColdStart(): void {
  record({ function: currentInvocation()?.function ?? '' }, { ColdStarts: 1 });
}

/** Measures a document that search can find now. */
export function measureIngestion(lagMs: number): void {
  record({}, { IngestionLag: lagMs });
}

/** Counts a document that failed, by its error code. */
export function measureIngestionFailure(code: string): void {
  record({ code }, { IngestionFailures: 1 });
}

/** Measures the tokens and the cost of one answer. `model` must come from the catalogue, to bound the dimension. */
export function measureTokens(
  model: string,
  used: { inputTokens: number; outputTokens: number; costUsd: number },
): void {
  record({ model }, { InputTokens: used.inputTokens, OutputTokens: used.outputTokens, Cost: used.costUsd });
}

/** Measures one search in milliseconds, per retriever; null for a retriever that was not used. */
export function measureRetrieval(tookMs: {
  total: number;
  embed: number | null;
  vector: number | null;
  lexical: number | null;
}): void {
  const { total, embed, vector, lexical } = tookMs;
  record(
    {},
    {
      RetrievalTotal: total,
      ...(embed !== null && { RetrievalEmbed: embed }),
      ...(vector !== null && { RetrievalVector: vector }),
      ...(lexical !== null && { RetrievalLexical: lexical }),
    },
  );
}

/** Writes the measurements of an invocation. Later ones, such as at a stream's end, are written immediately. */
export function publishMetrics(invocation: Invocation): void {
  for (const each of invocation.measurements.splice(0)) writeMetrics(invocation, each);
}

function record(dimensions: Record<string, string>, values: Partial<Record<MetricName, number>>): void {
  const invocation = currentInvocation();
  if (!invocation) return;
  const measurement = { dimensions: { stage: invocation.stage, ...dimensions }, values };
  if (invocation.ended) writeMetrics(invocation, measurement);
  else invocation.measurements.push(measurement);
}

/** Writes one line in CloudWatch's embedded metric format. Properties that are not dimensions cost nothing. */
function writeMetrics({ fields }: Invocation, { dimensions, values }: Measurement): void {
  metrics.addDimensions(dimensions);
  for (const name of ['request_id', 'team_id']) if (fields[name]) metrics.addMetadata(name, fields[name]);
  for (const [name, value] of Object.entries(values))
    metrics.addMetric(name, CUSTOM_METRICS[name as MetricName].unit, value);
  metrics.publishStoredMetrics();
}
