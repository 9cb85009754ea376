import { type Check, unless } from '../check.ts';
import { at, idOf, list, objects, ofType, type Props, type Template } from '../template.ts';

/** Aurora PostgreSQL 16 is encrypted, has seven days of backups, a generated password and its own security group. */
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
      ['does not take its password from the secret', !isPlain(properties.MasterUserPassword)],
      ['scales beyond 4 ACU', Number(at(properties, 'ServerlessV2ScalingConfiguration.MaxCapacity')) <= 4],
      ['is not behind its security group', isBehind(properties.VpcSecurityGroupIds, 'DatabaseSecurityGroup')],
    ];
    return holds.flatMap(([message, ok]) => unless(ok, { rule: 'aurora', where: id, message }));
  });

/** Pausing at 0 ACU needs 16.3 or newer; with an older version the deploy fails. */
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

/** Database instances are serverless and not public. */
const instancesArePrivate: Check = (template) =>
  ofType(template, 'AWS::RDS::DBInstance').flatMap(({ id, properties }) =>
    unless(properties.PubliclyAccessible !== true && properties.DBInstanceClass === 'db.serverless', {
      rule: 'aurora-instance',
      where: id,
      message: 'is public or not serverless',
    }),
  );

/** Databases and caches are in at least two private subnets. */
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

/** TLS to Redis on both sides (lesson 1): the server requires it, and no client turns it off or sets it in a URL. */
const redisSpeaksTls: Check = (template) => [
  ...ofType(template, 'AWS::ElastiCache::ReplicationGroup').flatMap(({ id, properties }) => {
    const holds: [string, boolean][] = [
      ['accepts connections without TLS', properties.TransitEncryptionEnabled === true],
      [
        'is not required to use TLS',
        ['required', undefined].includes(properties.TransitEncryptionMode as string),
      ],
      ['is not encrypted at rest', properties.AtRestEncryptionEnabled === true],
      ['requires no password', properties.AuthToken !== undefined && !isPlain(properties.AuthToken)],
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
      message: 'turns TLS off, or sets options in the URL',
    });
  }),
];

/** TLS to the database on both sides: the server requires it, and no client turns off TLS or its verification. */
const databaseSpeaksTls: Check = (template) => [
  ...ofType(template, 'AWS::RDS::DBClusterParameterGroup').flatMap(({ id, properties }) => {
    const parameters = (properties.Parameters ?? {}) as Props;
    return unless(String(parameters['rds.force_ssl']) === '1', {
      rule: 'aurora-tls',
      where: id,
      message: 'accepts connections without TLS',
    });
  }),
  ...environments(template).flatMap(({ id, variables }) => {
    const isOff = variables.DATABASE_TLS === 'false' || variables.NODE_TLS_REJECT_UNAUTHORIZED !== undefined;
    return unless(!isOff && variables.DATABASE_URL === undefined, {
      rule: 'database-tls-client',
      where: id,
      message: 'turns off TLS or its verification',
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

/** Buckets are private and encrypted. The documents bucket also is versioned, has lifecycle rules and is retained. */
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
      ['is deleted with the stack', resource.DeletionPolicy === 'Retain'],
      ['does not move documents to Glacier after 90 days', glacier.some(isGlacierAt90)],
      [
        'keeps incomplete uploads',
        lifecycle.some((rule) => rule.AbortIncompleteMultipartUpload !== undefined),
      ],
      ['allows no uploads from browsers', objects(at(properties, 'CorsConfiguration.CorsRules')).length > 0],
    ];
    const wanted = id === 'DocumentsBucket' ? [...common, ...documents] : common;
    return wanted.flatMap(([message, ok]) => unless(ok, { rule: 'bucket', where: id, message }));
  });

function isGlacierAt90({ StorageClass, TransitionInDays }: Props): boolean {
  return String(StorageClass).startsWith('GLACIER') && TransitionInDays === 90;
}

/** Chroma's volume is encrypted at rest and in transit, and backed up. */
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
          message: 'does not encrypt its volume in transit',
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
