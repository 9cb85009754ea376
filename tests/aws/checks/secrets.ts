import { type Check, type Finding, unless } from '../check.ts';
import { at, isProps, type Json, objects, ofType, type Props, walk } from '../template.ts';

/** Names of variables whose value is secret. */
const SECRET_NAME =
  /password|passwd|secret_?key|client_?secret|api_?key|auth_?token|jwt_?secret|private_?key/i;
/** Formats of well-known keys. */
const SECRET_VALUE =
  /\b(sk-[A-Za-z0-9_-]{16,}|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{30,}|-----BEGIN [A-Z ]*PRIVATE KEY)/;
/** A secret that is filled in after the first deploy: fields with empty values. */
const EMPTY_SECRET = /^\{("\w+":"",?)+\}$/;
const LOGINS = ['database', 'database-app', 'database-worker'];
const SECRETS = [
  ...LOGINS,
  'redis',
  'openai',
  'anthropic',
  'jwt',
  'api-key-pepper',
  'service-public-keys',
  'google-oauth',
];
/** Secrets that CloudFormation generates. */
const GENERATED = [...LOGINS, 'redis', 'jwt', 'api-key-pepper'];

/** Environments of functions and tasks hold the names of secrets, never their values. */
const environmentsHoldNoSecrets: Check = (template) => [
  ...ofType(template, 'AWS::Lambda::Function').flatMap(({ id, properties }) =>
    Object.entries((at(properties, 'Environment.Variables') ?? {}) as Props).flatMap(([name, value]) =>
      valueFindings(id, name, value),
    ),
  ),
  ...ofType(template, 'AWS::ECS::TaskDefinition').flatMap(({ id, properties }) =>
    objects(properties.ContainerDefinitions).flatMap((container) =>
      objects(container.Environment).flatMap(({ Name, Value }) =>
        valueFindings(id, String(Name), Value ?? ''),
      ),
    ),
  ),
];

/** A dynamic reference counts too: it is resolved at deploy, and the value is then readable in the environment. */
function valueFindings(where: string, name: string, value: Json): Finding[] {
  const text = JSON.stringify(value);
  return [
    ...unless(!SECRET_NAME.test(name), { rule: 'secret-variable', where, message: `${name} is plain text` }),
    ...unless(!text.includes('{{resolve:secretsmanager:'), {
      rule: 'secret-variable',
      where,
      message: `${name} would hold a secret’s value`,
    }),
  ];
}

/** The template contains no key, and passwords of resources come from Secrets Manager. */
const templateHoldsNoSecrets: Check = (template) =>
  Object.entries(template.Resources).flatMap(([id, { Properties }]) => {
    const findings: Finding[] = [];
    walk(Properties, (value, path) => {
      if (typeof value !== 'string') return;
      const name = path.split('.').at(-1) ?? '';
      const isPassword = /^(MasterUserPassword|AuthToken)$/.test(name);
      const isFilled = name === 'SecretString' && !EMPTY_SECRET.test(value);
      if (
        SECRET_VALUE.test(value) ||
        isFilled ||
        (isPassword && !value.startsWith('{{resolve:secretsmanager:'))
      )
        findings.push({ rule: 'secret-literal', where: id, message: `${path} is a secret in plain text` });
    });
    return findings;
  });

/** The secrets exist, and those that no person has to choose are generated. */
const secretsExist: Check = (template) => {
  const secrets = ofType(template, 'AWS::SecretsManager::Secret');
  return SECRETS.flatMap((name) => {
    const secret = secrets.find(({ properties }) => nameOf(properties.Name).split('/').at(-1) === name);
    const rule = 'secret';
    if (!secret) return [{ rule, where: name, message: 'does not exist' }];
    return unless(!GENERATED.includes(name) || isProps(secret.properties.GenerateSecretString), {
      rule,
      where: secret.id,
      message: 'is not generated: a person would have to choose it',
    });
  });
};

function nameOf(name: Json | undefined): string {
  return typeof name === 'string' ? name : isProps(name) ? String(name['Fn::Sub'] ?? '') : '';
}

export const SECRETS_CHECKS: Check[] = [environmentsHoldNoSecrets, templateHoldsNoSecrets, secretsExist];
