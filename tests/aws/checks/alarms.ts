import { CUSTOM_METRICS, METRICS_NAMESPACE } from '#shared/observability/metrics.ts';
import { type Check, type Finding, unless } from '../check.ts';
import { dashboardMetrics, type WantedMetric } from '../dashboard.ts';
import { at, objects, ofType, type Props, type Template } from '../template.ts';

/** Looks up the sets of dimensions that AWS publishes a metric with; undefined if AWS has no such metric. */
export type MetricSource = (namespace: string, metric: string) => string[][] | undefined;

/** Metrics that need an alarm, and what would go unnoticed without it. */
const WANTED: [namespace: string, metric: string, reason: string][] = [
  ['AWS/ECS', 'CPUUtilization', 'a busy embedder'],
  ['AWS/ECS', 'MemoryUtilization', 'a full embedder'],
  ['AWS/ApplicationELB', 'UnHealthyHostCount', 'an embedder that fails its health check'],
  ['AWS/ApiGateway', '5XXError', 'errors of the API'],
  ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'documents whose ingestion failed'],
  ['AWS/SQS', 'ApproximateAgeOfOldestMessage', 'ingestion that lags behind'],
  ['AWS/Lambda', 'Errors', 'functions that fail'],
];

/** Alarms and graphs name metrics and dimensions that AWS publishes: any others would never get data. */
export function metricsExist(source: MetricSource): Check {
  return function metricsAndDimensionsExist(template) {
    const findings: Finding[] = [];
    for (const { where, namespace, metric, dimensions } of wantedMetrics(template)) {
      if (!namespace.startsWith('AWS/')) continue;
      const sets = source(namespace, metric);
      const names = Object.keys(dimensions).toSorted().join(', ');
      if (!sets) findings.push({ rule: 'metric', where, message: `${namespace} has no metric ${metric}` });
      else if (sets.length > 0 && !sets.some((set) => set.toSorted().join(', ') === names))
        findings.push({
          rule: 'dimensions',
          where,
          message: `${namespace} ${metric} has no dimensions ${names}`,
        });
    }
    return findings;
  };
}

/** Each required alarm exists. */
const alarmsAreComplete: Check = (template) => {
  const metrics = new Set(alarmMetrics(template).map(({ namespace, metric }) => `${namespace} ${metric}`));
  const hasAlb = ofType(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').length > 0;
  return WANTED.filter(([namespace]) => hasAlb || namespace !== 'AWS/ApplicationELB').flatMap(
    ([namespace, metric, reason]) =>
      unless(metrics.has(`${namespace} ${metric}`), {
        rule: 'alarm-missing',
        where: `${namespace} ${metric}`,
        message: `no alarm reports ${reason}`,
      }),
  );
};

/** Each alarm has an enabled action. */
const alarmsReachSomebody: Check = (template) =>
  ofType(template, 'AWS::CloudWatch::Alarm').flatMap(({ id, properties }) =>
    unless(
      Array.isArray(properties.AlarmActions) &&
        properties.AlarmActions.length > 0 &&
        properties.ActionsEnabled !== false,
      {
        rule: 'alarm-action',
        where: id,
        message: 'notifies nobody',
      },
    ),
  );

/** Alarms and graphs read our own metrics with the dimensions that the functions write, and use each of them. */
const ownMetricsExist: Check = (template) => {
  const wanted = wantedMetrics(template).filter(({ namespace }) => namespace === METRICS_NAMESPACE);
  const wrong = wanted.flatMap(({ where, metric, dimensions }) => {
    const written = CUSTOM_METRICS[metric as keyof typeof CUSTOM_METRICS]?.dimensions ?? [];
    return unless(same(written, Object.keys(dimensions)), {
      rule: 'own-metric',
      where,
      message: `no function writes ${metric} with the dimensions ${Object.keys(dimensions).join(', ')}`,
    });
  });
  const unseen = Object.keys(CUSTOM_METRICS).flatMap((name) =>
    unless(
      wanted.some(({ metric }) => metric === name),
      { rule: 'unseen-metric', where: 'Dashboard', message: `does not show ${name}` },
    ),
  );
  return [...wrong, ...unseen];
};

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.toSorted().join() === others.toSorted().join();
}

/** Every metric that an alarm or a dashboard reads from CloudWatch. */
export function wantedMetrics(template: Template): WantedMetric[] {
  return [...alarmMetrics(template), ...dashboardMetrics(template)];
}

function alarmMetrics(template: Template): WantedMetric[] {
  return ofType(template, 'AWS::CloudWatch::Alarm').flatMap(({ id, properties }) => [
    ...metricOf(id, properties),
    ...objects(properties.Metrics).flatMap((each) =>
      metricOf(id, at(each, 'MetricStat.Metric') as Props | undefined),
    ),
  ]);
}

function metricOf(where: string, from: Props | undefined): WantedMetric[] {
  if (!from?.MetricName) return [];
  const dimensions = Object.fromEntries(
    objects(from.Dimensions).map(({ Name, Value }) => [
      String(Name),
      typeof Value === 'string' ? Value : null,
    ]),
  );
  return [{ where, namespace: String(from.Namespace), metric: String(from.MetricName), dimensions }];
}

export const ALARMS_CHECKS: Check[] = [alarmsAreComplete, alarmsReachSomebody, ownMetricsExist];
