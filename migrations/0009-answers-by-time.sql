-- The insights of a team count its answers of some days.
CREATE INDEX answers_by_time ON messages (team_id, created_at) WHERE role = 'assistant';
