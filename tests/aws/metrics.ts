import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { MetricSource } from './checks/alarms.ts';

/** AWS's metrics that its own list lacks although AWS documents them, with the page that does. */
const DOCUMENTED: Record<string, string[][]> = {
  // docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html: of a cluster it
  // is the average of its instances.
  'AWS/RDS ServerlessDatabaseCapacity': [['DBInstanceIdentifier'], ['DBClusterIdentifier']],
};

/** The metrics of `@aws-cdk/aws-service-spec`, read once. */
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
