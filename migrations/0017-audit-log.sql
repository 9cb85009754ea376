-- The audit log is append-only for the application: its role may add and read entries, and do nothing else. An entry
-- outlives its team and its people, so it holds ids only. Names, addresses and values are in audit_details, which can be
-- erased for a person.
ALTER TABLE audit_log
  DROP CONSTRAINT audit_log_team_id_fkey,
  -- Null: the entry is about no team, such as a refused sign-in of somebody unknown.
  ALTER COLUMN team_id DROP NOT NULL,
  ALTER COLUMN actor_user_id DROP NOT NULL,
  ADD COLUMN actor_type text NOT NULL DEFAULT 'user' CHECK (actor_type IN ('user', 'api_key', 'system', 'anonymous')),
  ADD COLUMN target_type text,
  ADD COLUMN request_id text;

CREATE TABLE audit_details (
  entry_id uuid PRIMARY KEY,
  team_id uuid,
  actor_user_id uuid,
  -- The person whom the values are about, where that is not the actor.
  person_id uuid,
  -- An e-mail address among the values.
  email text,
  actor_name text,
  ip text,
  user_agent text,
  before jsonb,
  after jsonb
);
CREATE INDEX ON audit_details (actor_user_id);
CREATE INDEX ON audit_details (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX ON audit_details (lower(email)) WHERE email IS NOT NULL;
CREATE INDEX ON audit_log (actor_user_id, id);

-- The tables' owner is subject to the policies while they are forced, and would copy nothing.
ALTER TABLE audit_log NO FORCE ROW LEVEL SECURITY;
INSERT INTO audit_details (entry_id, team_id, actor_user_id, person_id, actor_name, after)
  SELECT a.id, a.team_id, a.actor_user_id, CASE WHEN a.action LIKE 'member.%' THEN a.target_id END, u.name,
    nullif(a.details, '{}') FROM audit_log a LEFT JOIN users u ON u.id = a.actor_user_id;
UPDATE audit_log SET target_type = split_part(action, '.', 1),
  actor_type = CASE WHEN actor_key_id IS NULL THEN 'user' ELSE 'api_key' END;
ALTER TABLE audit_log DROP COLUMN details;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;

ALTER TABLE audit_details ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_details FORCE ROW LEVEL SECURITY;

DROP POLICY of_team ON audit_log;
CREATE POLICY of_team ON audit_log FOR SELECT TO rag_app USING (team_id = app_team_id());
CREATE POLICY of_team ON audit_details FOR SELECT TO rag_app USING (team_id = app_team_id());
CREATE POLICY added ON audit_log FOR INSERT TO rag_app WITH CHECK (team_id IS NULL OR team_id = app_team_id());
CREATE POLICY added ON audit_details FOR INSERT TO rag_app WITH CHECK (team_id IS NULL OR team_id = app_team_id());
-- People may read what they did themselves, in teams that they have left too.
CREATE POLICY own ON audit_log FOR SELECT TO rag_app USING (actor_user_id = app_user_id());
CREATE POLICY own ON audit_details FOR SELECT TO rag_app USING (actor_user_id = app_user_id());

REVOKE UPDATE, DELETE ON audit_log, audit_details FROM rag_app;

-- The sweep removes what is older than AUDIT_RETENTION_DAYS, and erases details of deleted people.
GRANT SELECT, DELETE ON audit_log TO rag_worker;
GRANT SELECT, UPDATE, DELETE ON audit_details TO rag_worker;
CREATE POLICY sweeping ON audit_log TO rag_worker USING (true);
CREATE POLICY sweeping ON audit_details TO rag_worker USING (true);
