-- A restricted collection is seen by its members, and by admins and owners. The name of one that a person does not see
-- must stay free for a collection of his own: names are unique among collections of the same access.
ALTER TABLE collections
  ADD COLUMN access text NOT NULL DEFAULT 'team' CHECK (access IN ('team', 'restricted')),
  ADD CHECK (NOT is_default OR access = 'team');
DROP INDEX collection_names;
CREATE UNIQUE INDEX collection_names ON collections (team_id, access, lower(name));

-- Who leaves the team leaves its collections: an invitation does not bring them back.
CREATE TABLE collection_members (
  team_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  user_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (team_id, collection_id, user_id),
  FOREIGN KEY (team_id, collection_id) REFERENCES collections (team_id, id) ON DELETE CASCADE,
  FOREIGN KEY (team_id, user_id) REFERENCES memberships (team_id, user_id) ON DELETE CASCADE
);
CREATE INDEX ON collection_members (team_id, user_id);
ALTER TABLE collection_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE collection_members FORCE ROW LEVEL SECURITY;
CREATE POLICY of_team ON collection_members TO rag_app USING (team_id = app_team_id());

-- Whose eyes a transaction has (see shared/db/reader.ts): a person's, by app.reader_id; or those of a key that is
-- limited to app.collection_ids, within what its creator sees. Without either, restricted collections do not exist.
-- app.sees_all is for background work.
CREATE FUNCTION app_reader_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.reader_id', true), '')::uuid $$;
CREATE FUNCTION app_collection_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.collection_ids', true), '')::uuid[] $$;
CREATE FUNCTION app_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('app.sees_all', true), '') = 'on' $$;

-- The subqueries do not depend on the row: each runs once per statement.
CREATE POLICY readable ON collections AS RESTRICTIVE TO rag_app USING (
  (SELECT app_sees_all())
  OR ((SELECT app_collection_ids()) IS NULL OR id = ANY ((SELECT app_collection_ids())::uuid[]))
    AND (access = 'team'
      OR (SELECT m.role FROM memberships m WHERE m.team_id = app_team_id() AND m.user_id = app_reader_id())
        IN ('admin', 'owner')
      OR id IN (
        SELECT cm.collection_id FROM collection_members cm
        WHERE cm.team_id = app_team_id() AND cm.user_id = app_reader_id()))
);

-- Chunks and postings are read through their document only, so that these two policies hold for them too.
CREATE POLICY readable ON documents AS RESTRICTIVE TO rag_app
  USING (collection_id IN (SELECT c.id FROM collections c WHERE c.team_id = app_team_id()));
CREATE POLICY readable ON bot_collections AS RESTRICTIVE TO rag_app
  USING (collection_id IN (SELECT c.id FROM collections c WHERE c.team_id = app_team_id()));

-- The key by which a document came: what it may replace is judged by that key and its creator when it does.
ALTER TABLE documents ADD COLUMN created_by_key uuid;

-- The documents that an answer was made from, cited or not, each with its collection at that time; null on questions
-- and on answers from before.
ALTER TABLE messages ADD COLUMN sources jsonb;

-- The collections that the caller saw when the request began: its response is not repeated to one who sees less.
ALTER TABLE idempotency_keys ADD COLUMN readable uuid[] NOT NULL DEFAULT '{}';
