import { type Check, unless } from '../check.ts';
import { at, idOf, list, objects, ofType, type Props, type Template } from '../template.ts';

/** Aurora: version 16, encrypted, seven days of backups, and only in private subnets behind its group. */
const auroraIsSafe: Check = (template) =>
  ofType(template, 'AWS::RDS::DBCluster').flatMap(({ id, properties, resource }) => {
    const holds: [string, boolean][] = [
      ['runs another engine than aurora-postgresql 16', isPostgres16(properties)],
      ['is not encrypted', properties.StorageEncrypted === true],
      ['keeps backups for less than seven days', Number(properties.BackupRetentionPeriod) >= 7],
      [
        'is deleted with the stack without a snapshot',
        ['Snapshot', 'Retain'].includes(String(resource.DeletionPolicy)),
      ],
      ['takes another password than its secret’s', !isPlain(properties.MasterUserPassword)],
      ['scales beyond 4 ACU', Number(at(properties, 'ServerlessV2ScalingConfiguration.MaxCapacity')) <= 4],
      ['is not behind its security group', isBehind(properties.VpcSecurityGroupIds, 'DatabaseSecurityGroup')],
    ];
    return holds.flatMap(([message, ok]) => unless(ok, { rule: 'aurora', where: id, message }));
  });

/** 0 ACU needs 16.3 or newer; older versions refuse the deploy. */
function isPostgres16({ Engine, EngineVersion }: Props): boolean {
  const [major, minor] = String(EngineVersion).split('.').map(Number);
  return Engine === 'aurora-postgresql' && major === 16 && (minor ?? 0) >= 3;
}

function isPlain(password: unknown): boolean {
  return typeof password === 'string' && !password.startsWith('{{resolve:secretsmanager:');
}

function isBehind(groups: Props[string] | undefined, name: string): boolean {
  return list(groups).length === 1 && list(groups).every((group) => idOf(group) === name);
}

const instancesArePrivate: Check = (template) =>
  ofType(template, 'AWS::RDS::DBInstance').flatMap(({ id, properties }) =>
    unless(properties.PubliclyAccessible !== true && properties.DBInstanceClass === 'db.serverless', {
      rule: 'aurora-instance',
      where: id,
      message: 'is public or not serverless',
    }),
  );

/** Subnet groups of databases and caches name private subnets in two zones. */
const subnetGroupsArePrivate: Check = (template) =>
  [
    ...ofType(template, 'AWS::RDS::DBSubnetGroup'),
    ...ofType(template, 'AWS::ElastiCache::SubnetGroup'),
  ].flatMap(({ id, properties }) => {
    const subnets = list(properties.SubnetIds).map((subnet) => idOf(subnet) ?? '');
    return unless(subnets.length >= 2 && subnets.every((subnet) => subnet.startsWith('Private')), {
      rule: 'data-subnets',
      where: id,
      message: `names ${subnets.join(', ')}`,
    });
  });

/** Lesson 1: TLS on both sides. The server refuses plain connections; clients are told by a setting, not by a URL. */
const redisSpeaksTls: Check = (template) => [
  ...ofType(template, 'AWS::ElastiCache::ReplicationGroup').flatMap(({ id, properties }) => {
    const holds: [string, boolean][] = [
      ['takes connections without TLS', properties.TransitEncryptionEnabled === true],
      [
        'is not required to use TLS',
        ['required', undefined].includes(properties.TransitEncryptionMode as string),
      ],
      ['is not encrypted at rest', properties.AtRestEncryptionEnabled === true],
      ['asks for no password', properties.AuthToken !== undefined && !isPlain(properties.AuthToken)],
      ['is not behind its security group', isBehind(properties.SecurityGroupIds, 'RedisSecurityGroup')],
    ];
    return holds.flatMap(([message, ok]) => unless(ok, { rule: 'redis', where: id, message }));
  }),
  ...ofType(template, 'AWS::Lambda::Function').flatMap(({ id, properties }) => {
    const variables = (at(properties, 'Environment.Variables') ?? {}) as Props;
    const isOff = variables.REDIS_TLS === 'false' || /[?]/.test(JSON.stringify(variables.REDIS_URL ?? ''));
    return unless(!isOff, {
      rule: 'redis-tls-client',
      where: id,
      message: 'is told to do without typed TLS',
    });
  }),
];

/** TLS to the database on both sides: the server takes nothing else, and nobody is told not to look whom it talks to. */
const databaseSpeaksTls: Check = (template) => [
  ...ofType(template, 'AWS::RDS::DBClusterParameterGroup').flatMap(({ id, properties }) => {
    const parameters = (properties.Parameters ?? {}) as Props;
    return unless(String(parameters['rds.force_ssl']) === '1', {
      rule: 'aurora-tls',
      where: id,
      message: 'takes connections without TLS',
    });
  }),
  ...environments(template).flatMap(({ id, variables }) => {
    const isOff = variables.DATABASE_TLS === 'false' || variables.NODE_TLS_REJECT_UNAUTHORIZED !== undefined;
    return unless(!isOff && variables.DATABASE_URL === undefined, {
      rule: 'database-tls-client',
      where: id,
      message: 'is told to do without verified TLS',
    });
  }),
];

function environments(template: Template): { id: string; variables: Props }[] {
  const functions = ofType(template, 'AWS::Lambda::Function').map(({ id, properties }) => ({
    id,
    variables: (at(properties, 'Environment.Variables') ?? {}) as Props,
  }));
  const tasks = ofType(template, 'AWS::ECS::TaskDefinition').flatMap(({ id, properties }) =>
    objects(properties.ContainerDefinitions).map(({ Environment }) => ({
      id,
      variables: Object.fromEntries(
        objects(Environment).map(({ Name, Value = '' }) => [String(Name), Value]),
      ),
    })),
  );
  return [...functions, ...tasks];
}

/** Buckets: nobody's but ours, encrypted, TLS only. Those of documents are versioned, tidy and outlive the stack. */
const bucketsArePrivate: Check = (template) =>
  ofType(template, 'AWS::S3::Bucket').flatMap(({ id, properties, resource }) => {
    const block = (properties.PublicAccessBlockConfiguration ?? {}) as Props;
    const names = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
    const common: [string, boolean][] = [
      ['can be made public', names.every((name) => block[name] === true)],
      ['is not encrypted', properties.BucketEncryption !== undefined],
    ];
    const lifecycle = objects(at(properties, 'LifecycleConfiguration.Rules'));
    const glacier = lifecycle.flatMap(({ Transitions }) => objects(Transitions));
    const documents: [string, boolean][] = [
      ['is not versioned', at(properties, 'VersioningConfiguration.Status') === 'Enabled'],
      ['goes with the stack', resource.DeletionPolicy === 'Retain'],
      ['never moves documents to Glacier', glacier.some(isGlacierAt90)],
      [
        'keeps incomplete uploads',
        lifecycle.some((rule) => rule.AbortIncompleteMultipartUpload !== undefined),
      ],
      ['lets no browser upload', objects(at(properties, 'CorsConfiguration.CorsRules')).length > 0],
    ];
    const wanted = id === 'DocumentsBucket' ? [...common, ...documents] : common;
    return wanted.flatMap(([message, ok]) => unless(ok, { rule: 'bucket', where: id, message }));
  });

function isGlacierAt90({ StorageClass, TransitionInDays }: Props): boolean {
  return String(StorageClass).startsWith('GLACIER') && TransitionInDays === 90;
}

/** Chroma's files are encrypted in rest and on the way, and backed up. */
const fileSystemsAreEncrypted: Check = (template) => [
  ...ofType(template, 'AWS::EFS::FileSystem').flatMap(({ id, properties }) => [
    ...unless(properties.Encrypted === true, { rule: 'efs', where: id, message: 'is not encrypted' }),
    ...unless(at(properties, 'BackupPolicy.Status') === 'ENABLED', {
      rule: 'efs',
      where: id,
      message: 'is not backed up',
    }),
  ]),
  ...ofType(template, 'AWS::ECS::TaskDefinition').flatMap(({ id, properties }) =>
    objects(properties.Volumes)
      .filter((volume) => volume.EFSVolumeConfiguration !== undefined)
      .flatMap((volume) =>
        unless(at(volume, 'EFSVolumeConfiguration.TransitEncryption') === 'ENABLED', {
          rule: 'efs-transit',
          where: id,
          message: 'reads its files unencrypted',
        }),
      ),
  ),
];

export const DATA_CHECKS: Check[] = [
  auroraIsSafe,
  instancesArePrivate,
  subnetGroupsArePrivate,
  redisSpeaksTls,
  databaseSpeaksTls,
  bucketsArePrivate,
  fileSystemsAreEncrypted,
];
