-- The maximum cost of answers in progress, for teams and API keys with a budget: reserved before the call of the model
-- until its usage is recorded. A reservation whose process died expires.
CREATE TABLE reservations (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  api_key_id uuid,
  amount_usd numeric(14, 8) NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX ON reservations (team_id);

ALTER TABLE reservations ENABLE ROW LEVEL SECURITY;
ALTER TABLE reservations FORCE ROW LEVEL SECURITY;
CREATE POLICY of_team ON reservations TO rag_app USING (team_id = app_team_id());
