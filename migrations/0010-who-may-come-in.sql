-- The teams that a person has founded: their number is limited. The row outlives its team, which would otherwise be
-- deleted and founded again for a new budget. The column is no `team_id`: the row belongs to the person.
CREATE TABLE founded_teams (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  founded_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE INDEX ON founded_teams (user_id);

-- What the installation's own provider keys have cost in a month (UTC), over all teams. No team owns it.
CREATE TABLE installation_spending (
  month date PRIMARY KEY,
  cost_usd numeric(16, 8) NOT NULL DEFAULT 0
);

-- The maximum cost of answers in progress over all teams, as `reservations` has it for each one.
CREATE TABLE installation_reservations (
  id uuid PRIMARY KEY,
  amount_usd numeric(14, 8) NOT NULL,
  expires_at timestamptz NOT NULL
);

-- An address that has just been proved may be looked up among the open invitations of all teams.
CREATE FUNCTION app_email() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.email', true), '') $$;
CREATE POLICY invited ON invitations FOR SELECT USING (lower(email) = app_email());
CREATE INDEX ON invitations (lower(email)) WHERE accepted_at IS NULL;
