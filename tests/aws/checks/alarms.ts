import { CUSTOM_METRICS, METRICS_NAMESPACE } from '#shared/observability/metrics.ts';
import { type Check, type Finding, unless } from '../check.ts';
import { type AskedMetric, dashboardMetrics } from '../dashboard.ts';
import { at, objects, ofType, type Props, type Template } from '../template.ts';

/** AWS's own list: for a namespace and metric the sets of dimensions it is published by; undefined where unknown. */
export type MetricSource = (namespace: string, metric: string) => string[][] | undefined;

/** What has to wake somebody: metric of the alarm, and what its absence would hide. */
const WANTED: [namespace: string, metric: string, reason: string][] = [
  ['AWS/ECS', 'CPUUtilization', 'a busy embedder'],
  ['AWS/ECS', 'MemoryUtilization', 'a full embedder'],
  ['AWS/ApplicationELB', 'UnHealthyHostCount', 'an embedder that fails its health check'],
  ['AWS/ApiGateway', '5XXError', 'errors of the API'],
  ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'documents that could not be read'],
  ['AWS/SQS', 'ApproximateAgeOfOldestMessage', 'ingestion that lags behind'],
  ['AWS/Lambda', 'Errors', 'functions that fail'],
];

/** Alarms and graphs of metrics which AWS does not publish stay empty for ever: names and dimensions are checked. */
export function metricsExist(source: MetricSource): Check {
  return function metricsAndDimensionsExist(template) {
    const findings: Finding[] = [];
    for (const { where, namespace, metric, dimensions } of askedMetrics(template)) {
      if (!namespace.startsWith('AWS/')) continue;
      const sets = source(namespace, metric);
      const mine = Object.keys(dimensions).toSorted().join(', ');
      if (!sets) findings.push({ rule: 'metric', where, message: `${namespace} has no metric ${metric}` });
      else if (sets.length > 0 && !sets.some((set) => set.toSorted().join(', ') === mine))
        findings.push({
          rule: 'dimensions',
          where,
          message: `${namespace} ${metric} has no dimensions ${mine}`,
        });
    }
    return findings;
  };
}

/** Each alarm of the specification is there. */
const alarmsAreComplete: Check = (template) => {
  const metrics = new Set(alarmMetrics(template).map(({ namespace, metric }) => `${namespace} ${metric}`));
  const hasAlb = ofType(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').length > 0;
  return WANTED.filter(([namespace]) => hasAlb || namespace !== 'AWS/ApplicationELB').flatMap(
    ([namespace, metric, reason]) =>
      unless(metrics.has(`${namespace} ${metric}`), {
        rule: 'alarm-missing',
        where: `${namespace} ${metric}`,
        message: `nobody would hear of ${reason}`,
      }),
  );
};

/** Alarms reach somebody: an action, which is switched on. */
const alarmsReachSomebody: Check = (template) =>
  ofType(template, 'AWS::CloudWatch::Alarm').flatMap(({ id, properties }) =>
    unless(
      Array.isArray(properties.AlarmActions) &&
        properties.AlarmActions.length > 0 &&
        properties.ActionsEnabled !== false,
      {
        rule: 'alarm-action',
        where: id,
        message: 'tells nobody',
      },
    ),
  );

/** The same for metrics of our own, which the functions write: each by the dimensions that it has, and each drawn. */
const ownMetricsExist: Check = (template) => {
  const asked = askedMetrics(template).filter(({ namespace }) => namespace === METRICS_NAMESPACE);
  const wrong = asked.flatMap(({ where, metric, dimensions }) => {
    const written = CUSTOM_METRICS[metric as keyof typeof CUSTOM_METRICS]?.dimensions ?? [];
    return unless(same(written, Object.keys(dimensions)), {
      rule: 'own-metric',
      where,
      message: `no function writes ${metric} by ${Object.keys(dimensions).join(', ')}`,
    });
  });
  const unseen = Object.keys(CUSTOM_METRICS).flatMap((name) =>
    unless(
      asked.some(({ metric }) => metric === name),
      { rule: 'unseen-metric', where: 'Dashboard', message: `does not show ${name}` },
    ),
  );
  return [...wrong, ...unseen];
};

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.toSorted().join() === others.toSorted().join();
}

/** Every metric that an alarm or a dashboard asks CloudWatch for. */
export function askedMetrics(template: Template): AskedMetric[] {
  return [...alarmMetrics(template), ...dashboardMetrics(template)];
}

function alarmMetrics(template: Template): AskedMetric[] {
  return ofType(template, 'AWS::CloudWatch::Alarm').flatMap(({ id, properties }) => [
    ...metric(id, properties),
    ...objects(properties.Metrics).flatMap((each) =>
      metric(id, at(each, 'MetricStat.Metric') as Props | undefined),
    ),
  ]);
}

function metric(where: string, from: Props | undefined): AskedMetric[] {
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
