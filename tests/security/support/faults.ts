/** A test that holds a fault: its file, and its name or a part of it. */
export type Held = { file: string; name: string };

/**
 * The faults that the security review found, critical ones (A) and others (B), each with the tests that would fail if it
 * came back. They lie beside the code that they are about.
 */
export const FAULTS: Record<string, Held[]> = {
  'A1 a text that takes hours to parse stops all ingestion': [
    { file: 'shared/parsing/normalize.test.ts', name: 'keeps a long run of %j inside a line of code' },
    { file: 'tests/ingestion/hostile-files.test.ts', name: 'and the note of another is ready' },
  ],
  'A2 a small file of millions of elements kills the worker': [
    {
      file: 'shared/parsing/office/package.test.ts',
      name: 'whose parts have too many elements together is too complex',
    },
    { file: 'tests/ingestion/hostile-files.test.ts', name: 'is not read a third time' },
  ],
  'A3 anybody may sign in and spend': [
    { file: 'tests/api/auth/sign-up.test.ts', name: 'by default only invited people come in' },
    { file: 'tests/api/chat/prices.test.ts', name: 'counts the answers of all teams' },
  ],
  'A4 a member replaces the document of an owner': [
    { file: 'tests/api/rights/documents-replace.test.ts', name: 'is not replaced by name' },
    { file: 'tests/api/rights/documents-replace.test.ts', name: 'is not replaced by its bytes' },
  ],
  'A5 budgets do not bind models without a price': [
    { file: 'tests/api/chat/prices.test.ts', name: 'answers nothing once the team or the key has a budget' },
  ],
  'A6 invitations outlive their inviter': [
    {
      file: 'tests/api/rights/invitations.test.ts',
      name: 'those of a removed member die with his membership',
    },
    { file: 'tests/api/rights/invitations.test.ts', name: 'a demotion ends those' },
  ],
  'A7 refusals are not counted against a limit': [
    {
      file: 'shared/http/address-limit.test.ts',
      name: 'failures of an address meet 429 with Retry-After, and then cost no query',
    },
    { file: 'tests/api/keys-limits.test.ts', name: 'also counts requests %s' },
  ],
  'A8 GitHub’s role administers the account': [
    { file: 'tests/aws/github-role.test.ts', name: 'is itself within a boundary' },
  ],
  'B1 slow addresses hold up searches of everybody': [
    { file: 'tests/api/documents-by-text-or-url.test.ts', name: 'are answered at once' },
    { file: 'tests/ingestion/fair-turns.test.ts', name: 'a team’s pages are fetched two at a time' },
  ],
  'B2 an upload’s form changes a file that is ready': [
    { file: 'tests/ingestion/replayed-form.test.ts', name: 'a form that is sent again changes nothing' },
  ],
  'B3 an admin takes over an owner’s key': [
    {
      file: 'tests/api/rights/keys.test.ts',
      name: 'is neither rotated, nor changed, nor deleted by an admin',
    },
  ],
  'B4 keys of removed people rise again': [
    { file: 'tests/api/rights/keys.test.ts', name: 'do not rise when they come back' },
  ],
  'B5 bot_ids does not bound what a key finds': [
    { file: 'tests/api/rights/keys.test.ts', name: 'limit a search to what these bots read' },
  ],
  'B6 misspelt restrictions vanish': [
    { file: 'tests/api/http/strict.test.ts', name: '%s names an unknown field' },
    { file: 'tests/api/http/strict.test.ts', name: '%s names an unknown parameter' },
  ],
  'B7 a key overrides its bot': [
    { file: 'tests/api/openai-client.test.ts', name: 'cannot have more than the bot gives' },
    { file: 'shared/chat/prompt.test.ts', name: 'puts the caller’s text below the team’s instructions' },
  ],
  'B8 citations are no proof': [
    { file: 'shared/retrieval/citations.test.ts', name: 'a claim that shares nothing with the passage' },
    {
      file: 'shared/chat/prompt.test.ts',
      name: 'bracketed numbers of a document do not look like citations',
    },
  ],
  'B9 answers carry data away': [
    { file: 'tests/api/chat/links.test.ts', name: 'carry no data to places that no cited passage names' },
    { file: 'tests/security/injection.security.ts', name: 'a model that obeys every document' },
  ],
  'B10 what is deleted is not forgotten': [
    { file: 'tests/api/chat/deleted-sources.test.ts', name: 'is gone from what was said of it' },
    { file: 'tests/api/chat/deleted-sources.test.ts', name: 'gone from responses that a repeated request' },
  ],
  'B11 nobody can delete or export an account': [
    { file: 'tests/api/people/people-data.test.ts', name: 'leaves name and address nowhere' },
    { file: 'tests/api/people/people-data.test.ts', name: 'gives a ZIP of JSON files' },
  ],
  'B12 the audit log has gaps': [
    { file: 'tests/api/people/audit-trail.test.ts', name: 'an entry says who did what to what' },
    { file: 'tests/api/people/audit-trail.test.ts', name: 'may only add to %s and read it' },
    { file: 'tests/api/people/audit-trail.test.ts', name: 'the log outlives its team' },
  ],
  'B13 one secret for everything': [
    { file: 'tests/local/rotate-keys.test.ts', name: 'go on after a rotation' },
    { file: 'shared/auth/api-key-hash.test.ts', name: 'does not change with the signing keys' },
  ],
  'B14 the application logs in as the tables’ owner': [
    { file: 'tests/database/logins.test.ts', name: 'becomes no other role' },
    { file: 'tests/database/logins.test.ts', name: 'owns nothing' },
  ],
  'B15 the firewall refuses documents about attacks': [
    { file: 'tests/aws/checks/waf.ts', name: 'SQLiExtendedPatterns_BODY' },
  ],
  'B16 the embedder’s figures are public': [
    { file: 'tests/embedder/server.test.ts', name: '%s is for services and scrapers only' },
  ],
};
