export const signIn = {
  title: 'Ask your documents',
  lead: 'Every answer shows the very sentence that proves it.',
  google: 'Sign in with Google',
  points: {
    documents: 'PDF, Word, Excel, PowerPoint, HWPX, web pages and text',
    proof: 'Each citation opens the page with the sentence marked',
    honest: 'What is not in the documents is said so, not invented',
  },
  failed: 'Signing in did not work. Start again; if it stays, ask your operator.',
  invitation: 'You are invited to a team',
  invitationLead: 'Sign in with the address that was invited, then you are in.',
  join: 'Join the team',
  joined: (team: string) => `You are now in ${team}.`,
};
