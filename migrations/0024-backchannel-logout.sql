-- issuer_sid: the session at the issuer that a session came from; null where the issuer names none.
ALTER TABLE sessions ADD COLUMN issuer_sid text;

-- A team's issuer says that somebody has signed out before the team is known: the provider's id leads to it.
CREATE FUNCTION app_provider_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.provider_id', true), '')::uuid $$;
CREATE POLICY presented ON identity_providers FOR SELECT TO rag_app USING (id = app_provider_id());

-- Logout tokens that were accepted. Each has its effect once.
CREATE TABLE logout_tokens (
  team_id uuid NOT NULL,
  identity_provider_id uuid NOT NULL,
  token_hash text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (identity_provider_id, token_hash),
  FOREIGN KEY (team_id, identity_provider_id) REFERENCES identity_providers (team_id, id) ON DELETE CASCADE
);
CREATE INDEX ON logout_tokens (expires_at);
ALTER TABLE logout_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE logout_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY of_team ON logout_tokens TO rag_app USING (team_id = app_team_id());
GRANT SELECT, DELETE ON logout_tokens TO rag_worker;
CREATE POLICY sweeping ON logout_tokens TO rag_worker USING (true);
