import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { MetricSource } from './checks/alarms.ts';

/** Dimensions of metrics that AWS documents although its own list lacks them, each with the page. */
const DOCUMENTED: Record<string, string[][]> = {
  // docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html: for a cluster, the
  // metric is the average of its instances.
  'AWS/RDS ServerlessDatabaseCapacity': [['DBInstanceIdentifier'], ['DBClusterIdentifier']],
};

/** Loads the metrics of `@aws-cdk/aws-service-spec`. */
export function awsMetrics(): MetricSource {
  const spec = loadAwsServiceSpecSync();
  return (namespace, metric) => {
    const documented = DOCUMENTED[`${namespace} ${metric}`];
    if (documented) return documented;
    const hits = [...spec.lookup('metric', 'namespace', 'equals', namespace)].filter(
      ({ name }) => name === metric,
    );
    if (hits.length === 0) return undefined;
    return hits.flatMap((hit) =>
      [...spec.follow('usesDimensionSet', hit)].map(({ entity }) =>
        entity.dimensions.map(({ name }) => name),
      ),
    );
  };
}
