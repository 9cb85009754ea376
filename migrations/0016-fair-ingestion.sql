-- fetch_url: a worker fetches the file from there first; null once it has. claimed_at: when a worker began last, which
-- decides whose turn is next. probed_at: when the bucket was asked last whether the file is there. faults: attempts that
-- failed because something else was down.
ALTER TABLE documents
  ADD COLUMN fetch_url text,
  ADD COLUMN claimed_at timestamptz,
  ADD COLUMN probed_at timestamptz,
  ADD COLUMN faults integer NOT NULL DEFAULT 0;
CREATE INDEX documents_unfinished ON documents (team_id, status, id)
  WHERE status NOT IN ('ready', 'failed', 'deleting');
CREATE INDEX documents_turns ON documents (team_id, claimed_at);
