import type { Aws } from './aws.ts';
import { type Checks, type Finding, failed, ok } from './check.ts';
import { type Deployed, idOf } from './stack.ts';

const IDENTITY = 'MailIdentity';

type Identity = { VerifiedForSendingStatus?: boolean; DkimAttributes?: { Status?: string } };
type Account = { ProductionAccessEnabled?: boolean; SendingEnabled?: boolean; EnforcementStatus?: string };

/** Whether people of the stage sign in by mail. */
export function sendsMail({ resources }: Deployed): boolean {
  return resources.has(IDENTITY);
}

export function mailChecks(aws: Aws, stack: Deployed): Checks {
  return {
    'SES identity': () => proved(aws, stack),
    'SES account': () => mayReachAnyone(aws),
  };
}

/** SES sends nothing from a domain before it has found the domain's DKIM records. */
async function proved(aws: Aws, stack: Deployed): Promise<Finding> {
  const domain = idOf(stack, IDENTITY);
  const { VerifiedForSendingStatus: verified = false, DkimAttributes: { Status: dkim = 'unknown' } = {} } =
    await aws<Identity>('sesv2', 'get-email-identity', '--email-identity', domain);
  if (verified) return ok(`${domain} is verified`);
  return failed(
    `${domain} is not verified, DKIM: ${dkim}`,
    'SES looks for its three CNAME records in the hosted zone: compare the name servers above.',
  );
}

/** In the sandbox SES sends only to addresses that were verified one by one. */
async function mayReachAnyone(aws: Aws): Promise<Finding> {
  const account = await aws<Account>('sesv2', 'get-account');
  const { ProductionAccessEnabled: left = false, SendingEnabled: sends = false } = account;
  if (!sends)
    return failed(
      `sending is off, ${account.EnforcementStatus ?? 'state unknown'}`,
      'AWS paused it, mostly for bounces or complaints: read the messages of SES in the console.',
    );
  if (left) return ok('out of the sandbox');
  return failed(
    'in the sandbox: mail reaches verified addresses only',
    'Ask for production access: see “A link by mail” in docs/identity.md.',
  );
}
