import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { section } from '#shared/core/config.ts';
import { traceClient } from '#shared/observability/trace.ts';

const signInConfig = section('sign_in');
const httpConfig = section('http');

export type Mail = { to: string; subject: string; text: string };

let client: SESv2Client | undefined;

/** Whether mails can be sent: by SES from `MAIL_FROM`, or into the local mailbox. */
export function canSendMail(): boolean {
  return hasLocalMailbox() || signInConfig().MAIL_FROM !== undefined;
}

/** Whether mails become files of `MAIL_DIRECTORY`: only where the API itself is on this machine. */
export function hasLocalMailbox(): boolean {
  const { hostname } = new URL(httpConfig().API_URL);
  return signInConfig().MAIL_DIRECTORY !== undefined && ['localhost', '127.0.0.1'].includes(hostname);
}

/** Sends a mail of plain text. @throws Error when SES does not take it within five seconds */
export async function sendMail(mail: Mail): Promise<void> {
  if (hasLocalMailbox()) return await saveMail(mail);
  client ??= traceClient(
    'SES',
    new SESv2Client({ maxAttempts: 2, requestHandler: { requestTimeout: 5_000 } }),
  );
  await client.send(
    new SendEmailCommand({
      FromEmailAddress: signInConfig().MAIL_FROM,
      Destination: { ToAddresses: [mail.to] },
      Content: {
        Simple: {
          Subject: { Data: mail.subject, Charset: 'UTF-8' },
          Body: { Text: { Data: mail.text, Charset: 'UTF-8' } },
        },
      },
    }),
  );
}

/** Writes the mail under a name that sorts by time. A reader never sees half of it. */
async function saveMail(mail: Mail): Promise<void> {
  const directory = signInConfig().MAIL_DIRECTORY ?? '';
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = path.join(directory, `${Date.now()}-${randomUUID()}.json`);
  await writeFile(`${file}.new`, JSON.stringify(mail), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
