import { isProps, type Json, type Props, type Template } from '../template.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'ap-northeast-2';
const PSEUDO: Record<string, string> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'rag-platform',
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/rag-platform/id`,
};

/** A value as text, with references replaced by the names and ARNs that AWS would create in an invented account. */
export function textOf(template: Template, value: Json | undefined): string {
  if (!isProps(value)) return String(value);
  if (typeof value.Ref === 'string') return refOf(template, value.Ref);
  const attribute = value['Fn::GetAtt'];
  if (attribute !== undefined) {
    const [id = '', name = ''] = Array.isArray(attribute)
      ? attribute.map(String)
      : String(attribute).split('.');
    return attributeOf(template, id, name);
  }
  const sub = value['Fn::Sub'];
  if (sub !== undefined) return substitute(template, sub);
  const join = value['Fn::Join'];
  if (Array.isArray(join) && Array.isArray(join[1]))
    return join[1].map((part) => textOf(template, part)).join(String(join[0]));
  return JSON.stringify(value);
}

/** A policy or another value with every reference replaced. */
export function literal(template: Template, value: Json): Json {
  if (Array.isArray(value)) return value.map((each) => literal(template, each));
  if (!isProps(value)) return value;
  const [key = ''] = Object.keys(value);
  if (key === 'Ref' || key.startsWith('Fn::')) return textOf(template, value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, literal(template, inner)]));
}

function substitute(template: Template, sub: Json): string {
  const [text, variables] = Array.isArray(sub) ? [String(sub[0]), sub[1]] : [String(sub), undefined];
  return text.replaceAll(/\$\{([^!}]+)\}/g, (_, name: string) => {
    const given = isProps(variables) ? variables[name] : undefined;
    if (given !== undefined) return textOf(template, given);
    const [id = '', ...attribute] = name.split('.');
    return attribute.length > 0 ? attributeOf(template, id, attribute.join('.')) : refOf(template, name);
  });
}

function refOf(template: Template, id: string): string {
  const known = PSEUDO[id];
  if (known !== undefined) return known;
  const type = template.Resources[id]?.Type ?? '';
  const isArn =
    /::Secret$|::ManagedPolicy$|::Topic$|TargetGroup$|LoadBalancer$|Certificate$|TaskDefinition$|::Service$/.test(
      type,
    );
  return isArn ? attributeOf(template, id, 'Arn') : nameOf(template, id);
}

/** A resource's own name, or its logical id in place of the name that CloudFormation generates. */
export function nameOf(template: Template, id: string): string {
  const properties: Props = template.Resources[id]?.Properties ?? {};
  const keys = [
    'BucketName',
    'QueueName',
    'RepositoryName',
    'LogGroupName',
    'FunctionName',
    'RoleName',
    'EmailIdentity',
    'ManagedPolicyName',
    'Name',
  ];
  const key = keys.find((each) => properties[each] !== undefined);
  return key ? textOf(template, properties[key]) : id;
}

function attributeOf(template: Template, id: string, attribute: string): string {
  if (!attribute.endsWith('Arn')) return `${nameOf(template, id)}.${attribute}`;
  const name = nameOf(template, id);
  const [, service = '', kind] = (template.Resources[id]?.Type ?? '').split('::');
  const parts: Record<string, string> = {
    S3: `arn:aws:s3:::${name}`,
    IAM: `arn:aws:iam::${ACCOUNT}:${kind === 'ManagedPolicy' ? 'policy' : 'role'}/${name}`,
    ECR: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${name}`,
    Logs: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`,
    Lambda: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
    SecretsManager: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-AbCdEf`,
  };
  return parts[service] ?? `arn:aws:${service.toLowerCase()}:${REGION}:${ACCOUNT}:${name}`;
}
