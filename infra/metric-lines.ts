import { readFileSync } from 'node:fs';
import { CUSTOM_METRICS } from '#shared/observability/metrics.ts';

type Properties = Record<string, unknown>;

/** What decides how many metrics and alarms a stage has. */
type Watched = {
  functions: number;
  alarms: Properties[];
  clusters: Properties[];
  services: number;
  taskDefinitions: number;
  /** Hours of the month with requests: a metric is billed only for hours in which it is written. */
  activeHours: number;
  hoursPerMonth: number;
  prices: { alarm: number; customMetric: number };
};

/** Assumed, rather too high: in each hour with requests every route both succeeds and fails, and so on. */
const STATUSES = 2;
const MODELS = 2;
const FAILURE_CODES = 2;
/** Metrics that Container Insights always writes for each cluster, service and task definition. */
const INSIGHTS = { cluster: 13, service: 16, taskDefinition: 10 };

/** The bill's lines for alarms, by the metrics in each, for custom metrics and for Container Insights. */
export function metricLines(watched: Watched): { item: string; usd: number }[] {
  const { alarms, activeHours, hoursPerMonth, prices } = watched;
  const share = Math.min(1, activeHours / hoursPerMonth);
  return [
    { item: 'Alarms', usd: alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0) * prices.alarm },
    { item: 'Custom metrics', usd: ownSeries(watched.functions) * share * prices.customMetric },
    { item: 'Container Insights', usd: insightSeries(watched) * prices.customMetric },
  ];
}

/** The number of billed metrics: an alarm on an expression is billed for each metric in it. */
function metricsOf({ Metrics }: Properties): number {
  if (!Array.isArray(Metrics)) return 1;
  return Metrics.filter((metric: object) => 'MetricStat' in metric).length;
}

function ownSeries(functions: number): number {
  const values = { stage: 1, function: functions, status: STATUSES, model: MODELS, code: FAILURE_CODES };
  return Object.values(CUSTOM_METRICS).reduce((sum, { dimensions }) => {
    const names: readonly string[] = dimensions;
    // Each route belongs to one function, so functions do not multiply routes.
    const counted = names.includes('route') ? { ...values, function: 1, route: countRoutes() } : values;
    return sum + names.reduce((product, name) => product * (counted[name as keyof typeof counted] ?? 1), 1);
  }, 0);
}

/** The number of routes without those of the embedder. */
function countRoutes(): number {
  const text = readFileSync(new URL('../openapi.json', import.meta.url), 'utf8');
  const { paths } = JSON.parse(text) as { paths: Record<string, object> };
  const operations = Object.entries(paths).filter(([path]) => path !== '/v1/embeddings');
  return operations.reduce((sum, [, methods]) => sum + Object.keys(methods).length, 0);
}

function insightSeries({ clusters, services, taskDefinitions }: Watched): number {
  const watched = clusters.filter(({ ClusterSettings }) =>
    ((ClusterSettings ?? []) as { Name: string; Value: string }[]).some(
      ({ Name, Value }) => Name === 'containerInsights' && Value !== 'disabled',
    ),
  );
  if (watched.length === 0) return 0;
  return (
    watched.length * INSIGHTS.cluster +
    services * INSIGHTS.service +
    taskDefinitions * INSIGHTS.taskDefinition
  );
}
