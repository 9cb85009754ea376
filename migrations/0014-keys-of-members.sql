-- collection_ids: the collections that a key is limited to; null: it sees those of the whole team. owned_since: when
-- the key came to its creator. It counts in one membership only: who is invited again gets no old key back.
-- ended_with_member: the key was revoked because its creator left; the list of keys goes on to show it.
ALTER TABLE api_keys
  ADD COLUMN collection_ids uuid[],
  ADD COLUMN owned_since timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN ended_with_member boolean NOT NULL DEFAULT false;
CREATE INDEX ON api_keys (team_id, created_by);
CREATE INDEX ON invitations (team_id, invited_by);
