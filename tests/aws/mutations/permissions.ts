import { type Mutations, setting } from '../mutation.ts';

const TRUST = 'AssumeRolePolicyDocument.Statement';
/** The statement of the embedder’s role that lets it read its secrets. */
const GRANT = 'Policies.0.PolicyDocument.Statement.0';

/** Faults of roles, policies and secrets. */
export const PERMISSIONS = {
  'wildcard-action': {
    fault: 'a role may do everything but a list of actions',
    apply: (template) => {
      setting('EmbedderTaskRole', `${GRANT}.Action`, undefined)(template);
      setting('EmbedderTaskRole', `${GRANT}.NotAction`, 'secretsmanager:DeleteSecret')(template);
    },
  },
  'wildcard-resource': {
    fault: 'a role may read every secret',
    apply: setting('EmbedderTaskRole', `${GRANT}.Resource`, '*'),
  },
  'iam-action': {
    fault: 'an action is misspelled',
    apply: setting('EmbedderTaskRole', `${GRANT}.Action`, 'secretsmanager:GetSecretValues'),
  },
  'managed-policy': {
    fault: 'a role has a broad managed policy',
    apply: setting('EmbedderTaskRole', 'ManagedPolicyArns', [
      { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:policy/Everything' },
    ]),
  },
  'shared-role': {
    fault: 'two functions share a role',
    apply: setting('ChatLambdaFunction', 'Role', { 'Fn::GetAtt': ['IngestRole', 'Arn'] }),
  },
  trust: {
    fault: 'anyone may assume a role',
    apply: setting('ChatRole', TRUST, [
      { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
    ]),
  },
  'open-policy': {
    fault: 'any bucket may write to the queue',
    apply: setting('IngestQueuePolicy', 'PolicyDocument.Statement.0.Condition', undefined),
  },
  'secret-variable': {
    fault: 'a secret is resolved into a function’s environment',
    apply: setting(
      'ChatLambdaFunction',
      'Environment.Variables.DB',
      '{{resolve:secretsmanager:rag-backend/database:SecretString:password}}',
    ),
  },
  'secret-literal': {
    fault: 'a secret’s value is in the template',
    apply: setting('OpenaiSecret', 'SecretString', '{"api_key":"correct-horse-battery"}'),
  },
  secret: {
    fault: 'a person has to choose the JWT secret',
    apply: setting('JwtSecret', 'GenerateSecretString', undefined),
  },
} satisfies Mutations;
