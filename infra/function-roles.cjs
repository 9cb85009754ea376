// One role per function: it allows the function's log group, and the secrets and stores that its code uses.
// serverless.yml names each as `role: <Function>Role`.

const get = (resource) => ({ 'Fn::GetAtt': [resource, 'Arn'] });
const sub = (text) => ({ 'Fn::Sub': text });
const allow = (Action, Resource) => ({ Effect: 'Allow', Action, Resource });
// biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation puts the ARN in.
const objects = sub('${DocumentsBucket.Arn}/teams/*');
// biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation puts the ARN in.
const peopleObjects = sub('${DocumentsBucket.Arn}/people/*');
/** Files as they were read; forms write elsewhere. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation puts the ARN in.
const originals = sub('${DocumentsBucket.Arn}/teams/*/originals/*');

/** Without the list permission S3 answers 403 instead of 404 for an object that does not exist. */
const findDocuments = allow('s3:ListBucket', get('DocumentsBucket'));
/** The key that signs downloads exists only if CloudFront serves them. */
const signDownloads = {
  'Fn::If': [
    'HasDownloads',
    allow('secretsmanager:GetSecretValue', { Ref: 'DownloadsSecret' }),
    { Ref: 'AWS::NoValue' },
  ],
};
/** Only from addresses of the stage's own domain, and only where mails are sent. */
const sendMail = {
  'Fn::If': [
    'HasMail',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation puts the names in.
    allow(
      'ses:SendEmail',
      sub('arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailIdentity}'),
    ),
    { Ref: 'AWS::NoValue' },
  ],
};
/** What the role may do at most, where GitHub deploys (infra/github-role.yml). */
const boundary = {
  'Fn::If': ['HasPermissionsBoundary', { Ref: 'PermissionsBoundary' }, { Ref: 'AWS::NoValue' }],
};
/** Reading secrets and documents needs the key that encrypts them, where it is one's own. */
const useKey = {
  'Fn::If': [
    'HasKmsKey',
    allow(['kms:Decrypt', 'kms:GenerateDataKey'], { Ref: 'KmsKeyArn' }),
    { Ref: 'AWS::NoValue' },
  ],
};
const askForIngestion = allow('sqs:SendMessage', get('IngestQueue'));

const FUNCTIONS = {
  ApiKeys: { secrets: ['DatabaseApp', 'Redis', 'Jwt', 'ApiKeyPepper'] },
  Auth: {
    secrets: ['DatabaseApp', 'Redis', 'Jwt', 'ApiKeyPepper', 'GoogleOauth'],
    may: [allow('s3:GetObject', peopleObjects), askForIngestion, sendMail],
  },
  Bots: { secrets: ['DatabaseApp', 'Redis', 'Jwt', 'ApiKeyPepper', 'Openai', 'Anthropic'] },
  Chat: { secrets: ['DatabaseApp', 'Redis', 'Jwt', 'ApiKeyPepper', 'Openai', 'Anthropic'] },
  Documents: {
    secrets: ['DatabaseApp', 'Redis', 'Jwt', 'ApiKeyPepper'],
    may: [
      allow(['s3:GetObject', 's3:PutObject'], objects),
      allow('s3:DeleteObject', originals),
      findDocuments,
      askForIngestion,
      signDownloads,
    ],
  },
  Embeddings: { secrets: ['DatabaseApp', 'Redis', 'Jwt', 'ApiKeyPepper'] },
  Health: { secrets: ['DatabaseApp', 'Redis', 'Jwt', 'ApiKeyPepper'], may: [findDocuments] },
  Ingest: {
    secrets: ['DatabaseApp', 'DatabaseWorker', 'Jwt'],
    may: [
      allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], objects),
      allow('s3:PutObject', peopleObjects),
      findDocuments,
      askForIngestion,
      allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], get('IngestQueue')),
    ],
  },
  Migrate: {
    secrets: ['Database', 'DatabaseApp', 'DatabaseWorker', 'Jwt'],
    may: [
      allow(
        'secretsmanager:PutSecretValue',
        ['DatabaseApp', 'DatabaseWorker', 'ServicePublicKeys'].map((secret) => ({ Ref: `${secret}Secret` })),
      ),
    ],
  },
  Reference: { secrets: [] },
  Sweep: {
    secrets: ['DatabaseApp', 'DatabaseWorker', 'Jwt'],
    may: [
      allow(['s3:GetObject', 's3:DeleteObject'], objects),
      allow('s3:DeleteObject', peopleObjects),
      findDocuments,
      askForIngestion,
    ],
  },
  Teams: {
    secrets: ['DatabaseApp', 'Redis', 'Jwt', 'ApiKeyPepper'],
    may: [allow(['s3:GetObject', 's3:PutObject'], objects), askForIngestion],
  },
};

function statementsOf(name, { secrets, may = [] }) {
  const readSecrets = allow(
    'secretsmanager:GetSecretValue',
    secrets.map((secret) => ({ Ref: `${secret}Secret` })),
  );
  return [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], get(`${name}LogGroup`)),
    // AWS does not support resources for the actions of the next two statements.
    { Sid: 'TracesHaveNoResource', ...allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*') },
    {
      Sid: 'NetworkInterfacesOfTheFunction',
      ...allow(
        [
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:AssignPrivateIpAddresses',
          'ec2:UnassignPrivateIpAddresses',
        ],
        '*',
      ),
    },
    ...(secrets.length > 0 ? [readSecrets, useKey] : []),
    ...may,
  ];
}

function roleOf([name, grants]) {
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const policy = { Version: '2012-10-17', Statement: statementsOf(name, grants) };
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      PermissionsBoundary: boundary,
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
      Policies: [{ PolicyName: 'own', PolicyDocument: policy }],
    },
  };
  return [`${name}Role`, role];
}

module.exports = { Resources: Object.fromEntries(Object.entries(FUNCTIONS).map(roleOf)) };
