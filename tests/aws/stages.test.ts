import {
  PACKAGES_TIMEOUT_MS,
  packagedStage,
  STAGES,
  type Stage,
} from '#tests/support/lambda-runtime/packaged.ts';
import { readArguments } from '../../infra/cost.ts';
import { costLines, totalOf } from '../../infra/cost-lines.ts';
import { ACCOUNT } from './iam/arn.ts';
import { resolvedTemplateOf, templateOf } from './stages.ts';
import { at, list, objects, ofType, type Template } from './template.ts';

/** A backup vault in another region. */
const COPY_VAULT = `arn:aws:backup:ap-northeast-1:${ACCOUNT}:backup-vault:copies`;
const { traffic } = readArguments([]);

async function usd(stage: Stage): Promise<number> {
  return totalOf(costLines(await templateOf(stage), traffic));
}

beforeAll(async () => {
  for (const stage of STAGES) await packagedStage(stage);
}, PACKAGES_TIMEOUT_MS);

describe('a month in Seoul', () => {
  test('costs at most 80 USD in lean at 10,000 chats', async () => {
    expect(traffic.chats).toBe(10_000);
    expect(await usd('lean')).toBeLessThanOrEqual(80);
  });

  test.each(STAGES)('costs less in %s than the budget whose excess raises an alarm', async (stage) => {
    const budget = ofType(await resolvedTemplateOf(stage), 'AWS::Budgets::Budget')[0];
    expect(await usd(stage)).toBeLessThan(Number(at(budget?.properties, 'Budget.BudgetLimit.Amount')));
  });

  test('costs less in dev, whose database pauses, than in prod', async () => {
    expect(await usd('dev')).toBeLessThan(await usd('prod'));
  });
});

describe('prod with every optional feature', () => {
  let template: Template;
  beforeAll(async () => {
    template = await resolvedTemplateOf('prod', {
      AuroraReader: 'true',
      BackupCopyVaultArn: COPY_VAULT,
      GeoBlock: 'true',
      BlockedCountries: 'KP',
      AlarmEmail: 'operator@example.com',
      SlackWorkspace: 'T0123456789',
      SlackChannel: 'C0123456789',
    });
  }, PACKAGES_TIMEOUT_MS);

  test('copies each backup to the vault in another region and keeps the copy equally long', () => {
    const rules = ofType(template, 'AWS::Backup::BackupPlan').flatMap(({ properties }) =>
      objects(at(properties, 'BackupPlan.BackupPlanRule')),
    );
    expect(rules).toMatchObject([
      {
        CopyActions: [
          {
            DestinationBackupVaultArn: COPY_VAULT,
            Lifecycle: { DeleteAfterDays: 35 },
          },
        ],
      },
    ]);
  });

  test('has a reader that becomes the writer on a failure', () => {
    const tiers = ofType(template, 'AWS::RDS::DBInstance').map(({ properties }) => properties.PromotionTier);
    expect(tiers).toEqual([undefined, 1]);
  });

  test('blocks countries', () => {
    const [acl] = ofType(template, 'AWS::WAFv2::WebACL');
    const rule = objects(acl?.properties.Rules).find(({ Name }) => Name === 'countries');
    expect(rule).toMatchObject({ Action: { Block: {} }, Statement: { GeoMatchStatement: {} } });
  });

  test('sends alarms by e-mail and to Slack', () => {
    expect(ofType(template, 'AWS::SNS::Subscription')).toMatchObject([
      {
        properties: { Protocol: 'email', Endpoint: 'operator@example.com', TopicArn: { Ref: 'AlarmTopic' } },
      },
    ]);
    expect(ofType(template, 'AWS::Chatbot::SlackChannelConfiguration')).toMatchObject([
      { properties: { SlackWorkspaceId: 'T0123456789', SnsTopicArns: [{ Ref: 'AlarmTopic' }] } },
    ]);
  });

  test('has none of these by default', async () => {
    const plain = await resolvedTemplateOf('prod');
    const types = ['AWS::SNS::Subscription', 'AWS::Chatbot::SlackChannelConfiguration'];
    expect(types.flatMap((type) => ofType(plain, type))).toEqual([]);
    const [plan] = ofType(plain, 'AWS::Backup::BackupPlan');
    expect(list(at(plan?.properties, 'BackupPlan.BackupPlanRule.0.CopyActions'))).toEqual([]);
  });
});
