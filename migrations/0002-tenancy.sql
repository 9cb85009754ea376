CREATE TABLE users (
  id uuid PRIMARY KEY,
  issuer text NOT NULL,
  subject text NOT NULL,
  email text NOT NULL,
  name text NOT NULL,
  picture_url text,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (issuer, subject)
);

-- A refresh token is (session, counter, MAC): only the newest counter is live, so nothing secret is stored.
CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  counter integer NOT NULL DEFAULT 0,
  rotated_at timestamptz NOT NULL DEFAULT now(),
  user_agent text,
  ip text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX ON sessions (user_id, created_at);

CREATE TABLE teams (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  vector_weight real NOT NULL DEFAULT 1 CHECK (vector_weight >= 0),
  lexical_weight real NOT NULL DEFAULT 1 CHECK (lexical_weight >= 0),
  monthly_budget_usd numeric(12, 2) CHECK (monthly_budget_usd >= 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE memberships (
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (team_id, user_id)
);
CREATE INDEX ON memberships (user_id);

CREATE TABLE invitations (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  email text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  token_hash text NOT NULL,
  invited_by uuid NOT NULL REFERENCES users,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz
);
CREATE UNIQUE INDEX one_open_invitation ON invitations (team_id, lower(email)) WHERE accepted_at IS NULL;

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  name text NOT NULL,
  secret_hash text NOT NULL,
  previous_secret_hash text,
  previous_expires_at timestamptz,
  scopes text[] NOT NULL,
  bot_ids uuid[],
  created_by uuid NOT NULL REFERENCES users,
  rate_limit_per_minute integer CHECK (rate_limit_per_minute > 0),
  monthly_budget_usd numeric(12, 2) CHECK (monthly_budget_usd >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  UNIQUE (team_id, id)
);

CREATE TABLE audit_log (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  actor_user_id uuid NOT NULL,
  actor_key_id uuid,
  action text NOT NULL,
  target_id uuid,
  details jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON audit_log (team_id, id);

-- Responses are kept for a day, so that a repeated POST has one effect. The application encrypts the body, which may
-- hold an API key that is shown only once.
CREATE TABLE idempotency_keys (
  principal text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  status integer,
  response bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (principal, route, key)
);

ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE teams FORCE ROW LEVEL SECURITY;
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;

CREATE POLICY of_team ON teams USING (id = app_team_id());
CREATE POLICY of_team ON memberships USING (team_id = app_team_id());
CREATE POLICY of_team ON invitations USING (team_id = app_team_id());
CREATE POLICY of_team ON api_keys USING (team_id = app_team_id());
CREATE POLICY of_team ON audit_log USING (team_id = app_team_id());

-- The caller is known before the team: a user may list their own memberships and those teams, and a presented API key
-- may find its own row.
CREATE POLICY own ON memberships FOR SELECT USING (user_id = app_user_id());
CREATE POLICY own ON teams FOR SELECT
  USING (id IN (SELECT team_id FROM memberships WHERE user_id = app_user_id()));
CREATE POLICY presented ON api_keys FOR SELECT USING (id = app_key_id());
