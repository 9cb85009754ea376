export const company = {
  title: 'Company rules',
  lead: 'What a security department asks of a team. Changes are in the audit log.',
  addresses: 'Allowed networks',
  setAddresses: 'Set networks',
  addressesHint: (yours: string) =>
    `One per line, such as 203.0.113.0/24. Sessions and API keys are refused from anywhere else. Empty: every network. You are at ${yours}.`,
  lockTitle: 'Lock yourself out?',
  lockHint: (yours: string) =>
    `The list leaves out ${yours}, where you are now. From there nobody reaches the team any more, not even you.`,
  lockAnyway: 'Set it anyway',
  models: 'Models of other companies may be used',
  modelsHint:
    'Off: questions and passages stay on servers of this installation. Bots with another model stop answering.',
  hold: 'Legal hold',
  holdHint:
    'Nothing of the team is deleted until the hold ends: no document, conversation, bot or collection, not by retention, not with an account.',
  holdSince: (day: string) => `On hold since ${day}`,
  reason: 'Reason',
  reasonHint: 'Such as the number of a case. Owners see it, and the audit log.',
  start: 'Put on hold',
  change: 'Change the reason',
  end: 'End the hold',
  endTitle: 'End the legal hold?',
  endHint: 'What was due to be deleted meanwhile is deleted from now on. This cannot be undone.',
  ended: 'The legal hold has ended.',
  started: 'The team is on legal hold.',
  keyAddresses: 'Only from these networks',
  keyAddressesHint: 'One per line, such as 203.0.113.0/24. Empty: every network that the team allows.',
};
