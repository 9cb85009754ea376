-- Conversations that are older are deleted by the sweep; null keeps them.
ALTER TABLE teams ADD COLUMN retention_days integer CHECK (retention_days BETWEEN 1 AND 3650);

-- A deleted person keeps a row without a name: documents and keys of the team still say that they had one maker.
ALTER TABLE users ADD COLUMN deleted_at timestamptz;

-- Deleted people of whom the sweep has still to erase what lies in teams.
CREATE TABLE erasures (
  user_id uuid PRIMARY KEY REFERENCES users,
  email text NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, DELETE ON erasures TO rag_worker;

GRANT SELECT, DELETE ON conversations, invitations TO rag_worker;
CREATE POLICY erasing ON conversations TO rag_worker USING (user_id IN (SELECT user_id FROM erasures));
CREATE POLICY erasing ON invitations TO rag_worker
  USING (lower(email) IN (SELECT lower(e.email) FROM erasures e));
GRANT SELECT (id, retention_days) ON teams TO rag_worker;
-- It reads memberships, which the worker may not.
ALTER POLICY own ON teams TO rag_app;
CREATE POLICY sweeping ON teams FOR SELECT TO rag_worker USING (retention_days IS NOT NULL);

-- From now on conversations end with the membership; until now they stayed, and nobody could see or delete them.
ALTER TABLE conversations NO FORCE ROW LEVEL SECURITY;
ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY;
DELETE FROM conversations c WHERE NOT EXISTS (
  SELECT FROM memberships m WHERE m.team_id = c.team_id AND m.user_id = c.user_id);
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;

-- Exports of a person or a team, and imports of a team. Their files lie in the bucket until they expire. No foreign key
-- to the team: the sweep deletes the files after the team is gone.
CREATE TABLE transfers (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('person_export', 'team_export', 'team_import')),
  -- Null for the export of a person.
  team_id uuid,
  user_id uuid NOT NULL REFERENCES users,
  status text NOT NULL CHECK (status IN ('waiting', 'queued', 'running', 'ready', 'failed')),
  progress real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
  -- Where the next step of the work begins.
  position jsonb,
  -- [{key, size_bytes}]: of an export those that are written, of an import those that are uploaded.
  files jsonb NOT NULL DEFAULT '[]',
  -- Of an import: what was taken over, and what was not.
  result jsonb NOT NULL DEFAULT '{}',
  error text,
  attempts integer NOT NULL DEFAULT 0,
  lease_expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  expires_at timestamptz NOT NULL,
  CHECK ((kind = 'person_export') = (team_id IS NULL))
);
CREATE INDEX ON transfers (team_id, id);
CREATE INDEX ON transfers (expires_at);
ALTER TABLE transfers ENABLE ROW LEVEL SECURITY;
ALTER TABLE transfers FORCE ROW LEVEL SECURITY;
CREATE POLICY of_team ON transfers TO rag_app USING (team_id = app_team_id());
CREATE POLICY own ON transfers TO rag_app USING (team_id IS NULL AND user_id = app_user_id());
GRANT SELECT, DELETE ON transfers TO rag_worker;
CREATE POLICY sweeping ON transfers TO rag_worker USING (true);
