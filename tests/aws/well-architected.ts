import { at, type Check, idOf, list, objects, ofType, type Props, type Template } from './template.ts';

type Rule = {
  /** The id under which cdk-nag's AwsSolutions pack knows the rule. */
  id: string;
  type: string;
  message: string;
  holds: (properties: Props, context: { template: Template; id: string }) => boolean;
};

/**
 * The rules of cdk-nag's AwsSolutions pack for the resources of this stack, in our own words: the pack itself needs
 * aws-cdk-lib, 190 MB for a few dozen looks at properties.
 * @see https://github.com/cdklabs/cdk-nag/blob/main/RULES.md
 */
const RULES: Rule[] = [
  rule('VPC7', 'AWS::EC2::VPC', 'has no flow log', (_, { template, id }) =>
    ofType(template, 'AWS::EC2::FlowLog').some(({ properties }) => idOf(properties.ResourceId) === id),
  ),
  rule('ELB2', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'writes no access log', (properties) =>
    attributes(properties).includes('access_logs.s3.enabled=true'),
  ),
  rule(
    'RDS2',
    'AWS::RDS::DBCluster',
    'is not encrypted',
    ({ StorageEncrypted }) => StorageEncrypted === true,
  ),
  rule('RDS6', 'AWS::RDS::DBCluster', 'has no IAM authentication', (properties) =>
    Boolean(properties.EnableIAMDatabaseAuthentication),
  ),
  rule('RDS10', 'AWS::RDS::DBCluster', 'can be deleted', ({ DeletionProtection }) =>
    isTrue(DeletionProtection),
  ),
  rule(
    'RDS11',
    'AWS::RDS::DBCluster',
    'listens on the default port',
    ({ Port }) => Port !== undefined && Port !== 5432,
  ),
  rule(
    'AEC3',
    'AWS::ElastiCache::ReplicationGroup',
    'is not encrypted',
    (properties) => isTrue(properties.AtRestEncryptionEnabled) && isTrue(properties.TransitEncryptionEnabled),
  ),
  rule('AEC4', 'AWS::ElastiCache::ReplicationGroup', 'stands in one zone', (p) => isTrue(p.MultiAZEnabled)),
  rule(
    'AEC5',
    'AWS::ElastiCache::ReplicationGroup',
    'listens on the default port',
    ({ Port }) => Port !== undefined && Port !== 6379,
  ),
  rule(
    'AEC6',
    'AWS::ElastiCache::ReplicationGroup',
    'asks for no password',
    ({ AuthToken }) => AuthToken !== undefined,
  ),
  rule('EFS1', 'AWS::EFS::FileSystem', 'is not encrypted', ({ Encrypted }) => isTrue(Encrypted)),
  rule(
    'S1',
    'AWS::S3::Bucket',
    'writes no access log',
    ({ LoggingConfiguration }) => LoggingConfiguration !== undefined,
  ),
  rule('S10', 'AWS::S3::Bucket', 'answers without TLS', (_, context) =>
    deniesPlain('AWS::S3::BucketPolicy', context),
  ),
  rule('SQS4', 'AWS::SQS::Queue', 'takes messages without TLS', (_, context) =>
    deniesPlain('AWS::SQS::QueuePolicy', context),
  ),
  rule('SNS3', 'AWS::SNS::Topic', 'takes messages without TLS', (_, context) =>
    deniesPlain('AWS::SNS::TopicPolicy', context),
  ),
  rule('SMG4', 'AWS::SecretsManager::Secret', 'is never rotated', (_, { template, id }) =>
    ofType(template, 'AWS::SecretsManager::RotationSchedule').some(
      ({ properties }) => idOf(properties.SecretId) === id,
    ),
  ),
  rule('ECS2', 'AWS::ECS::TaskDefinition', 'has environment variables', ({ ContainerDefinitions }) =>
    objects(ContainerDefinitions).every(({ Environment }) => list(Environment).length === 0),
  ),
  rule('ECS4', 'AWS::ECS::Cluster', 'has no Container Insights', ({ ClusterSettings }) =>
    objects(ClusterSettings).some(({ Name, Value }) => Name === 'containerInsights' && Value !== 'disabled'),
  ),
  rule('ECS7', 'AWS::ECS::TaskDefinition', 'has a container without a log', ({ ContainerDefinitions }) =>
    objects(ContainerDefinitions).every(({ LogConfiguration }) => LogConfiguration !== undefined),
  ),
  rule('APIG1', 'AWS::ApiGateway::Stage', 'writes no access log', (p) => p.AccessLogSetting !== undefined),
  rule(
    'APIG2',
    'AWS::ApiGateway::RestApi',
    'does not check requests',
    (_, { template }) => ofType(template, 'AWS::ApiGateway::RequestValidator').length > 0,
  ),
  rule(
    'APIG4',
    'AWS::ApiGateway::Method',
    'has no authoriser',
    ({ AuthorizationType, HttpMethod }) =>
      HttpMethod === 'OPTIONS' || (AuthorizationType !== undefined && AuthorizationType !== 'NONE'),
  ),
  rule('APIG6', 'AWS::ApiGateway::Stage', 'logs not every method', ({ MethodSettings }) =>
    objects(MethodSettings).some(
      ({ HttpMethod, LoggingLevel }) =>
        HttpMethod === '*' && LoggingLevel !== 'OFF' && LoggingLevel !== undefined,
    ),
  ),
  rule(
    'CFR3',
    'AWS::CloudFront::Distribution',
    'writes no access log',
    (p) => at(p, 'DistributionConfig.Logging') !== undefined,
  ),
  rule('CFR4', 'AWS::CloudFront::Distribution', 'takes old TLS', (properties) =>
    /TLSv1\.[23]/.test(String(at(properties, 'DistributionConfig.ViewerCertificate.MinimumProtocolVersion'))),
  ),
  rule(
    'CFR7',
    'AWS::CloudFront::Distribution',
    'reads its bucket without access control',
    ({ DistributionConfig }) =>
      objects(at(DistributionConfig, 'Origins')).every(
        ({ OriginAccessControlId }) => OriginAccessControlId !== undefined,
      ),
  ),
  rule('KMS5', 'AWS::KMS::Key', 'is never rotated', ({ EnableKeyRotation }) => isTrue(EnableKeyRotation)),
  rule('L1', 'AWS::Lambda::Function', 'runs on an old Node', ({ Runtime }) => Runtime === 'nodejs24.x'),
];

/** What cdk-nag's AwsSolutions pack would say about a template, by the same ids. */
export const wellArchitected: Check = (template) =>
  RULES.flatMap(({ id: name, type, message, holds }) =>
    ofType(template, type)
      .filter(({ id, properties }) => !holds(properties, { template, id }))
      .map(({ id }) => ({ rule: `AwsSolutions-${name}`, where: id, message })),
  );

function rule(id: string, type: string, message: string, holds: Rule['holds']): Rule {
  return { id, type, message, holds };
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function attributes({ LoadBalancerAttributes }: Props): string[] {
  return objects(LoadBalancerAttributes).map(({ Key, Value }) => `${String(Key)}=${String(Value)}`);
}

/** Whether a policy of the resource refuses everything that comes without TLS. */
function deniesPlain(policyType: string, { template, id }: { template: Template; id: string }): boolean {
  return ofType(template, policyType)
    .filter(({ properties }) => {
      const owners = [properties.Bucket, ...list(properties.Queues), ...list(properties.Topics)];
      return owners.some((owner) => idOf(owner) === id);
    })
    .flatMap(({ properties }) => objects(at(properties, 'PolicyDocument.Statement')))
    .some(
      (statement) =>
        statement.Effect === 'Deny' &&
        String(at(statement.Condition, 'Bool.aws:SecureTransport')) === 'false',
    );
}
