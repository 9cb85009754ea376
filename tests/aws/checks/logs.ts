import { type Check, unless } from '../check.ts';
import { at, idOf, isProps, list, mentions, objects, ofType } from '../template.ts';

const GROUP = 'AWS::Logs::LogGroup';
const DAYS = 7;
/** WAF accepts only log groups whose name starts with this. */
const WAF_PREFIX = 'aws-waf-logs-';

/** Every log group expires; one without retention is kept and billed for ever. */
const logsExpire: Check = (template) =>
  ofType(template, GROUP).flatMap(({ id, properties }) =>
    unless(properties.RetentionInDays === DAYS, {
      rule: 'log-retention',
      where: id,
      message: `keeps logs for ${String(properties.RetentionInDays ?? 'ever')} instead of ${DAYS} days`,
    }),
  );

/** No log group has the name `/aws/api-gateway/<service>-<stage>`: the deploy tool deletes it after each deploy. */
const logGroupSurvivesDeploys: Check = (template) =>
  ofType(template, GROUP).flatMap(({ id, properties }) =>
    unless(!JSON.stringify(properties.LogGroupName ?? '').includes('/aws/api-gateway/'), {
      rule: 'log-group-trap',
      where: id,
      message: 'has the name that the deploy tool deletes after every deploy',
    }),
  );

/** Functions and containers log to groups of this template, which expire. */
const logsGoToOwnGroups: Check = (template) => {
  const functions = ofType(template, 'AWS::Lambda::Function').map(({ id, properties }) => {
    const own = `/aws/lambda/${String(properties.FunctionName)}`;
    const named = ofType(template, GROUP).some(({ properties }) => properties.LogGroupName === own);
    const configured = idOf(at(properties, 'LoggingConfig.LogGroup'));
    return { id, known: named || (configured !== undefined && configured in template.Resources) };
  });
  const containers = ofType(template, 'AWS::ECS::TaskDefinition').flatMap(({ id, properties }) =>
    objects(properties.ContainerDefinitions).map((container) => {
      const group = at(container, 'LogConfiguration.Options.awslogs-group');
      return {
        id,
        known: group === undefined || (isProps(group) && (idOf(group) ?? '') in template.Resources),
      };
    }),
  );
  return [...functions, ...containers]
    .filter(({ known }) => !known)
    .map(({ id }) => ({
      rule: 'log-group',
      where: id,
      message: 'logs to a group that never expires',
    }));
};

/** The API's stage is traced, throttled and has an access log, without credentials and bodies. */
const stageIsObserved: Check = (template) =>
  ofType(template, 'AWS::ApiGateway::Stage').flatMap(({ id, properties }) => {
    const settings = objects(properties.MethodSettings);
    const format = String(at(properties, 'AccessLogSetting.Format') ?? '');
    const holds: [string, boolean][] = [
      ['writes no access log', idOf(at(properties, 'AccessLogSetting.DestinationArn')) !== undefined],
      ['logs no request id', format.includes('$context.requestId')],
      ['logs authorisation headers or bodies', !/authorization|\.body/i.test(format)],
      ['is not traced', properties.TracingEnabled === true],
      ['is not throttled', settings.some(({ ThrottlingRateLimit }) => Number(ThrottlingRateLimit) > 0)],
      ['logs request bodies', settings.every(({ DataTraceEnabled }) => DataTraceEnabled !== true)],
    ];
    return holds.flatMap(([message, ok]) => unless(ok, { rule: 'stage', where: id, message }));
  });

/** Every function is traced, and its role may send traces. */
const functionsAreTraced: Check = (template) =>
  ofType(template, 'AWS::Lambda::Function').flatMap(({ id, properties }) => {
    const role = template.Resources[idOf(properties.Role) ?? '']?.Properties?.Policies;
    return [
      ...unless(at(properties, 'TracingConfig.Mode') === 'Active', {
        rule: 'function-trace',
        where: id,
        message: 'is not traced',
      }),
      ...unless(JSON.stringify(role ?? '').includes('"xray:PutTraceSegments"'), {
        rule: 'function-trace',
        where: id,
        message: 'may not send traces',
      }),
    ];
  });

/** The deployment creates no stage: it would conflict with the stage of the template. */
const stageIsOurs: Check = (template) =>
  ofType(template, 'AWS::ApiGateway::Deployment').flatMap(({ id, properties }) =>
    unless(list(properties.StageName).length === 0, {
      rule: 'stage-owner',
      where: id,
      message: 'creates a stage, although the template has one',
    }),
  );

/** The log group of the firewall has the prefix that WAF requires. */
const wafLogsAreNamed: Check = (template) =>
  ofType(template, 'AWS::WAFv2::LoggingConfiguration').flatMap(({ id, properties }) => {
    const groups = ofType(template, GROUP).filter((group) =>
      mentions(properties.LogDestinationConfigs, group.id),
    );
    const areNamed = groups.every((group) =>
      JSON.stringify(group.properties.LogGroupName ?? '').includes(WAF_PREFIX),
    );
    return unless(groups.length > 0 && areNamed, {
      rule: 'waf-log-name',
      where: id,
      message: `has no log group whose name starts with ${WAF_PREFIX}`,
    });
  });

export const LOGS_CHECKS: Check[] = [
  logsExpire,
  logGroupSurvivesDeploys,
  logsGoToOwnGroups,
  stageIsObserved,
  functionsAreTraced,
  stageIsOurs,
  wafLogsAreNamed,
];
