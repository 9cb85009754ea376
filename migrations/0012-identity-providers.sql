-- OpenID Connect issuers of a team's own. The client's secret is encrypted by the application.
CREATE TABLE identity_providers (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  issuer text NOT NULL,
  client_id text NOT NULL,
  sealed_secret bytea NOT NULL,
  required_acr text[] NOT NULL DEFAULT '{}',
  required_amr text[] NOT NULL DEFAULT '{}',
  max_age_seconds integer CHECK (max_age_seconds > 0),
  prompt text CHECK (prompt IN ('select_account', 'login')),
  default_role text CHECK (default_role IN ('viewer', 'member')),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (team_id, id)
);

-- A team may claim any domain, but only one team has proved it.
CREATE TABLE identity_provider_domains (
  team_id uuid NOT NULL,
  identity_provider_id uuid NOT NULL,
  domain text NOT NULL,
  proof text NOT NULL,
  verified_at timestamptz,
  PRIMARY KEY (team_id, domain),
  FOREIGN KEY (team_id, identity_provider_id) REFERENCES identity_providers (team_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX one_team_per_domain ON identity_provider_domains (domain) WHERE verified_at IS NOT NULL;

-- Who has signed in with a provider before. Only the first time makes somebody a member: who was removed stays out.
CREATE TABLE identity_provider_people (
  team_id uuid NOT NULL,
  identity_provider_id uuid NOT NULL,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  PRIMARY KEY (team_id, identity_provider_id, user_id),
  FOREIGN KEY (team_id, identity_provider_id) REFERENCES identity_providers (team_id, id) ON DELETE CASCADE
);

-- A session from a team's own issuer reaches that team only. No foreign keys: without the team it reaches nothing.
ALTER TABLE sessions ADD COLUMN only_team_id uuid, ADD COLUMN identity_provider_id uuid;
CREATE INDEX ON sessions (identity_provider_id) WHERE identity_provider_id IS NOT NULL;

ALTER TABLE identity_providers ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity_providers FORCE ROW LEVEL SECURITY;
ALTER TABLE identity_provider_domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity_provider_domains FORCE ROW LEVEL SECURITY;
ALTER TABLE identity_provider_people ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity_provider_people FORCE ROW LEVEL SECURITY;
CREATE POLICY of_team ON identity_providers TO rag_app USING (team_id = app_team_id());
CREATE POLICY of_team ON identity_provider_domains TO rag_app USING (team_id = app_team_id());
CREATE POLICY of_team ON identity_provider_people TO rag_app USING (team_id = app_team_id());

-- Signing in begins with an address: its domain shows the provider that has proved it, in whichever team.
CREATE FUNCTION app_domain() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.domain', true), '') $$;
CREATE POLICY presented ON identity_provider_domains FOR SELECT TO rag_app
  USING (verified_at IS NOT NULL AND domain = app_domain());
