import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { currentInvocation, type Invocation, type Measurement } from './invocation.ts';

/**
 * Every metric and its dimensions. CloudWatch charges by the combination of values (0.30 USD a month for each that is
 * used all the time), so all of them are few and none is chosen by users: what a team or a key did is in the logs.
 */
export const CUSTOM_METRICS = {
  Requests: { unit: MetricUnit.Count, dimensions: ['stage', 'function', 'status'] },
  /** Until the answer is there, of a stream its first byte. Its sample count is the route's number of requests. */
  Latency: { unit: MetricUnit.Milliseconds, dimensions: ['stage', 'function', 'route', 'status'] },
  ColdStarts: { unit: MetricUnit.Count, dimensions: ['stage', 'function'] },
  /** From the upload of a document to its being found. */
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

/** Switched off by POWERTOOLS_METRICS_DISABLED, as `npm start` and the tests do: it writes to standard output. */
const metrics = new Metrics({ namespace: METRICS_NAMESPACE, serviceName: METRICS_NAMESPACE });
// The namespace says which service it is; as a dimension it would have to be named in every alarm.
metrics.clearDefaultDimensions();

/** One answered request. */
export function measureRequest(status: number, latencyMs: number): void {
  const invocation = currentInvocation();
  if (!invocation) return;
  const about = { function: invocation.function, status: `${Math.floor(status / 100)}xx` };
  measure(about, { Requests: 1 });
  measure({ ...about, route: invocation.fields.route ?? 'none' }, { Latency: latencyMs });
}

/** The first invocation of an execution environment. */
export function measureColdStart(): void {
  measure({ function: currentInvocation()?.function ?? '' }, { ColdStarts: 1 });
}

/** A document that can be found now. */
export function measureIngestion(lagMs: number): void {
  measure({}, { IngestionLag: lagMs });
}

/** A document that was given up, with the code that it shows. */
export function measureIngestionFailure(code: string): void {
  measure({ code }, { IngestionFailures: 1 });
}

/** What an answer took of a model; `model` must be one of a bounded list. */
export function measureTokens(
  model: string,
  used: { inputTokens: number; outputTokens: number; costUsd: number },
): void {
  measure({ model }, { InputTokens: used.inputTokens, OutputTokens: used.outputTokens, Cost: used.costUsd });
}

/** Milliseconds of one search, by leg; null where a leg was not asked. */
export function measureRetrieval(tookMs: {
  total: number;
  embed: number | null;
  vector: number | null;
  lexical: number | null;
}): void {
  const { total, embed, vector, lexical } = tookMs;
  measure(
    {},
    {
      RetrievalTotal: total,
      ...(embed !== null && { RetrievalEmbed: embed }),
      ...(vector !== null && { RetrievalVector: vector }),
      ...(lexical !== null && { RetrievalLexical: lexical }),
    },
  );
}

/** Writes what an invocation has measured; what comes later, such as a stream's own end, is written as it comes. */
export function publishMetrics(invocation: Invocation): void {
  for (const each of invocation.measurements.splice(0)) publish(invocation, each);
}

function measure(dimensions: Record<string, string>, values: Partial<Record<MetricName, number>>): void {
  const invocation = currentInvocation();
  if (!invocation) return;
  const measurement = { dimensions: { stage: invocation.stage, ...dimensions }, values };
  if (invocation.ended) publish(invocation, measurement);
  else invocation.measurements.push(measurement);
}

/** One line in CloudWatch's embedded metric format. Its properties beyond the dimensions cost nothing. */
function publish({ fields }: Invocation, { dimensions, values }: Measurement): void {
  metrics.addDimensions(dimensions);
  for (const name of ['request_id', 'team_id']) if (fields[name]) metrics.addMetadata(name, fields[name]);
  for (const [name, value] of Object.entries(values))
    metrics.addMetric(name, CUSTOM_METRICS[name as MetricName].unit, value);
  metrics.publishStoredMetrics();
}
