-- A keyed hash of the identity (issuer and subject), since its last sign-in. It stays when the account is deleted, so that
-- the next account of the same identity is known as such: it counts the teams that the first one founded, and who was
-- removed from a team does not become a member again by its issuer. It names nobody.
ALTER TABLE users ADD COLUMN identity_hash text;
CREATE INDEX ON users (identity_hash);

-- The export of a person who is signed in with a team's own issuer holds what lies in that team only.
ALTER TABLE transfers ADD COLUMN only_team_id uuid;
