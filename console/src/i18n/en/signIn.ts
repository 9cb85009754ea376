export const signIn = {
  title: 'Ask your documents',
  lead: 'Every answer shows the very sentence that proves it.',
  google: 'Sign in with Google',
  points: {
    documents: 'PDF, Word, Excel, PowerPoint, HWPX, web pages and text',
    proof: 'Each citation opens the page with the sentence marked',
    honest: 'What is not in the documents is said so, not invented',
  },
  or: 'or',
  email: 'E-mail address',
  sendLink: 'Send a sign-in link',
  company: 'Company sign-in',
  sent: (email: string) =>
    `If ${email} may sign in here, a link is on its way. It works for 15 minutes, in this browser.`,
  localLink: 'Open the link of the local mailbox',
  emailTitle: 'Sign in with the link',
  emailLead: 'One more click, so that no mail scanner uses your link up.',
  emailAction: 'Sign in',
  otherWays: 'Another way to sign in',
  closed:
    'This address has no access here. Ask an admin of your team to invite it, then sign in with that address.',
  failed: 'Signing in did not work. Start again; if it stays, ask your operator.',
  invitation: 'You are invited to a team',
  invitationLead: 'Sign in with the address that was invited, then you are in.',
  join: 'Join the team',
  joined: (team: string) => `You are now in ${team}.`,
};
