import { type Mutation, named, put, removing, setting, settingOf, some } from '../mutation.ts';
import type { Json, Template } from '../template.ts';

const FUNCTION = 'AWS::Lambda::Function';
const ROLE = 'AWS::IAM::Role';
const LOG_GROUP = 'AWS::Logs::LogGroup';
const SECRET = 'AWS::SecretsManager::Secret';

function variable(name: string, value: string): Mutation['apply'] {
  return settingOf(FUNCTION, `Environment.Variables.${name}`, value, /ChatLambdaFunction/);
}

/** Puts a value into the first statement of the first role that grants something on named resources. */
function inGrant(key: 'Action' | 'Resource', value: string): Mutation['apply'] {
  return (template: Template) => {
    const { properties } = some(template, ROLE, /secretsmanager:GetSecretValue/);
    put(properties, `Policies.0.PolicyDocument.Statement.0.${key}`, value);
  };
}

function trusting(statement: Parameters<typeof put>[2]): Mutation['apply'] {
  return settingOf(ROLE, 'AssumeRolePolicyDocument.Statement', [statement ?? null], /lambda\.amazonaws\.com/);
}

/** Replaces a word wherever the dashboard has it. */
function drawing(word: string, other: string): Mutation['apply'] {
  return (template) => {
    const dashboard = named(template, 'Dashboard');
    const text = JSON.stringify(dashboard.DashboardBody);
    put(dashboard, 'DashboardBody', JSON.parse(text.replaceAll(word, other)) as Json);
  };
}

/** Faults of stores, queues, logs, secrets and permissions. */
export const DATA: Mutation[] = [
  {
    name: 'Aurora is told to take few connections',
    apply: settingOf('AWS::RDS::DBClusterParameterGroup', 'Parameters.max_connections', 100),
  },
  {
    lesson: 1,
    name: 'Redis takes connections without TLS',
    apply: setting('RedisGroup', 'TransitEncryptionEnabled', false),
  },
  { lesson: 1, name: 'a function is told to do without TLS', apply: variable('REDIS_TLS', 'false') },
  {
    lesson: 1,
    name: 'TLS options hide in the URL of Redis',
    apply: variable('REDIS_URL', 'rediss://r:6379?ssl_cert_reqs=none'),
  },
  { name: 'Redis asks for no password', apply: setting('RedisGroup', 'AuthToken', undefined) },
  {
    name: 'the password of Redis stands in the template',
    apply: setting('RedisGroup', 'AuthToken', 'correct-horse-battery'),
  },
  {
    name: 'Aurora takes connections without TLS',
    apply: setting('AuroraParameters', 'Parameters', { max_connections: 500 }),
  },
  {
    name: 'a function believes whoever answers for the database',
    apply: variable('NODE_TLS_REJECT_UNAUTHORIZED', '0'),
  },
  { name: 'a function speaks to the database in the clear', apply: variable('DATABASE_TLS', 'false') },
  { name: 'Aurora is not encrypted', apply: setting('AuroraCluster', 'StorageEncrypted', false) },
  { name: 'Aurora keeps backups for a day', apply: setting('AuroraCluster', 'BackupRetentionPeriod', 1) },
  { name: 'Aurora may be deleted in prod', apply: setting('AuroraCluster', 'DeletionProtection', false) },
  { name: 'Aurora is older than 0 ACU', apply: setting('AuroraCluster', 'EngineVersion', '16.1') },
  {
    name: 'Aurora’s password stands in the template',
    apply: setting('AuroraCluster', 'MasterUserPassword', 'correct-horse'),
  },
  {
    name: 'Aurora stands before its security group',
    apply: setting('AuroraCluster', 'VpcSecurityGroupIds', [{ Ref: 'AlbSecurityGroup' }]),
  },
  {
    name: 'Aurora is too small for all connections',
    apply: setting('AuroraCluster', 'ServerlessV2ScalingConfiguration.MaxCapacity', 0.5),
  },
  { name: 'Aurora is public', apply: settingOf('AWS::RDS::DBInstance', 'PubliclyAccessible', true) },
  {
    name: 'the database lies in public subnets',
    apply: settingOf('AWS::RDS::DBSubnetGroup', 'SubnetIds', [
      { Ref: 'PublicSubnetA' },
      { Ref: 'PublicSubnetC' },
    ]),
  },
  { name: 'Chroma’s files are not encrypted', apply: settingOf('AWS::EFS::FileSystem', 'Encrypted', false) },
  {
    name: 'documents can be made public',
    apply: setting('DocumentsBucket', 'PublicAccessBlockConfiguration.BlockPublicPolicy', false),
  },
  {
    name: 'documents are not versioned',
    apply: setting('DocumentsBucket', 'VersioningConfiguration', undefined),
  },
  {
    name: 'documents never move to Glacier',
    apply: setting('DocumentsBucket', 'LifecycleConfiguration', undefined),
  },
  {
    name: 'documents go with the stack',
    apply: (template) => {
      const bucket = template.Resources.DocumentsBucket;
      if (bucket) bucket.DeletionPolicy = 'Delete';
    },
  },
  {
    name: 'the bucket is made before it may write to the queue',
    apply: (template) => {
      const bucket = template.Resources.DocumentsBucket;
      if (bucket) delete bucket.DependsOn;
    },
  },
  {
    name: 'messages come back while they are worked on',
    apply: setting('IngestQueue', 'VisibilityTimeout', 300),
  },
  { name: 'failing messages go round for ever', apply: setting('IngestQueue', 'RedrivePolicy', undefined) },
  {
    name: 'one bad message takes good ones back',
    apply: settingOf('AWS::Lambda::EventSourceMapping', 'FunctionResponseTypes', undefined),
  },
  {
    name: 'a function may open any number of connections',
    apply: settingOf(FUNCTION, 'ReservedConcurrentExecutions', undefined, /ChatLambdaFunction/),
  },
  {
    name: 'functions may open more than Aurora takes',
    apply: settingOf(FUNCTION, 'ReservedConcurrentExecutions', 500, /ChatLambdaFunction/),
  },
  {
    // With one pool each they would just fit.
    name: 'ten sweeps at once hold two pools each',
    apply: settingOf(FUNCTION, 'ReservedConcurrentExecutions', 10, /SweepLambdaFunction/),
  },
  {
    name: 'prod is swept once an hour',
    apply: settingOf('AWS::Events::Rule', 'ScheduleExpression', 'rate(1 hour)'),
  },
  {
    name: 'frozen functions keep their connections',
    apply: settingOf('AWS::RDS::DBClusterParameterGroup', 'Parameters.tcp_keepalives_idle', undefined),
  },
  { name: 'Redis has no replica', apply: setting('RedisGroup', 'ReplicasPerNodeGroup', 0) },
  { name: 'Redis is older', apply: setting('RedisGroup', 'EngineVersion', '6.2') },
  {
    name: 'backups are kept for a day',
    apply: setting('BackupPlan', 'BackupPlan.BackupPlanRule.0.Lifecycle.DeleteAfterDays', 1),
  },
  { name: 'nothing is backed up', apply: removing('AWS::Backup::BackupSelection') },
  {
    name: 'documents move to Glacier after a year',
    apply: setting('DocumentsBucket', 'LifecycleConfiguration.Rules.0.Transitions.0.TransitionInDays', 365),
  },
  {
    name: 'messages are given up at once',
    apply: setting('IngestQueue', 'RedrivePolicy.maxReceiveCount', 1),
  },
  { name: 'a log is kept for ever', apply: settingOf(LOG_GROUP, 'RetentionInDays', undefined) },
  {
    name: 'the access log has the name the deploy tool deletes',
    apply: settingOf(LOG_GROUP, 'LogGroupName', '/aws/api-gateway/rag-platform-prod', /access/i),
  },
  {
    name: 'the deployment names the stage',
    apply: settingOf('AWS::ApiGateway::Deployment', 'StageName', 'prod'),
  },
  { name: 'the API writes no access log', apply: setting('ApiStage', 'AccessLogSetting', undefined) },
  {
    name: 'the access log holds credentials',
    apply: setting(
      'ApiStage',
      'AccessLogSetting.Format',
      '$context.requestId $context.authorizer.x $input.header.Authorization',
    ),
  },
  {
    name: 'an alarm waits for a metric that no function writes',
    apply: setting('IngestionSlow', 'MetricName', 'IngestLag'),
  },
  {
    name: 'an alarm asks for a metric of ours by other dimensions',
    apply: setting('IngestionSlow', 'Dimensions', [{ Name: 'service', Value: 'rag-platform' }]),
  },
  { name: 'a graph asks AWS for a metric that is none', apply: drawing('5XXError', '5XXErrors') },
  { name: 'a graph asks for a metric of ours by other dimensions', apply: drawing('stage,model', 'model') },
  { name: 'a metric of ours is drawn nowhere', apply: drawing('RetrievalLexical', 'RetrievalVector') },
  { name: 'the API is not traced', apply: setting('ApiStage', 'TracingEnabled', false) },
  {
    name: 'a function is not traced',
    apply: settingOf(FUNCTION, 'TracingConfig', undefined, /ChatLambdaFunction/),
  },
  {
    name: 'a function may not send its traces',
    apply: (template) => {
      const { properties } = some(template, ROLE, /xray:PutTraceSegments/);
      const policies = JSON.stringify(properties.Policies).replace('xray:PutTraceSegments', 'xray:GetGroups');
      properties.Policies = JSON.parse(policies) as Json;
    },
  },
  { name: 'the API is not throttled', apply: setting('ApiStage', 'MethodSettings', undefined) },
  {
    name: 'a key stands in a function’s environment',
    apply: variable('OPENAI_API_KEY', 'sk-proj-0123456789abcdef0123'),
  },
  {
    name: 'a secret is resolved into the environment',
    apply: variable('DB', '{{resolve:secretsmanager:rag-backend/database:SecretString:password}}'),
  },
  {
    name: 'somebody has to type the JWT secret',
    apply: settingOf(SECRET, 'GenerateSecretString', undefined, /jwt/),
  },
  { name: 'there is no secret for Anthropic', apply: removing(SECRET, /anthropic/i) },
  { name: 'an action is misspelled', apply: inGrant('Action', 'secretsmanager:GetSecretValues') },
  { name: 'a role may read every secret', apply: inGrant('Resource', '*') },
  { name: 'a role may do everything with secrets', apply: inGrant('Action', 'secretsmanager:*') },
  {
    name: 'a role has an administrator’s rights',
    apply: settingOf(ROLE, 'ManagedPolicyArns', ['arn:aws:iam::aws:policy/AdministratorAccess']),
  },
  {
    name: 'anyone may take a role',
    apply: trusting({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
  },
  {
    name: 'two functions share a role',
    apply: (template) =>
      put(
        some(template, FUNCTION, /ChatLambdaFunction/).properties,
        'Role',
        some(template, FUNCTION, /IngestLambdaFunction/).properties.Role,
      ),
  },
  {
    name: 'any bucket may write to the queue',
    apply: (template) =>
      put(
        some(template, 'AWS::SQS::QueuePolicy', /s3\.amazonaws\.com/).properties,
        'PolicyDocument.Statement.0.Condition',
        undefined,
      ),
  },
  { name: 'a property is misspelled', apply: setting('AuroraCluster', 'StorageEncripted', true) },
  {
    name: 'a property has a value that AWS does not know',
    apply: setting('IngestQueue', 'VisibilityTimeout', 999_999),
  },
  {
    name: 'an attribute does not exist',
    apply: settingOf(FUNCTION, 'Environment.Variables.X', { 'Fn::GetAtt': ['AuroraCluster', 'Adress'] }),
  },
  {
    name: 'a reference leads nowhere',
    apply: settingOf(FUNCTION, 'Environment.Variables.X', { Ref: 'NoSuchThing' }),
  },
  {
    name: 'a required property is missing',
    apply: (template) => put(named(template, 'EmbedderTargetGroup'), 'Port', undefined),
  },
];
