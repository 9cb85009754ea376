-- Answers have links and images only to places that a cited passage names, unless the bot allows all.
ALTER TABLE bots
  ADD COLUMN links text NOT NULL DEFAULT 'cited' CHECK (links IN ('cited', 'all'));

-- Which documents an answer cites: a deleted document takes the answers that quote it along. Their own table, because
-- with row-level security an index on the citations themselves would not be used. No foreign key to the document: its
-- row may be gone before the answer's.
CREATE TABLE cited_documents (
  team_id uuid NOT NULL,
  document_id uuid NOT NULL,
  message_id uuid NOT NULL,
  PRIMARY KEY (team_id, document_id, message_id),
  FOREIGN KEY (team_id, message_id) REFERENCES messages (team_id, id) ON DELETE CASCADE
);
CREATE INDEX ON cited_documents (team_id, message_id);
ALTER TABLE messages NO FORCE ROW LEVEL SECURITY;
INSERT INTO cited_documents (team_id, document_id, message_id)
  SELECT DISTINCT m.team_id, (cited ->> 'document_id')::uuid, m.id
  FROM messages m, jsonb_array_elements(m.citations) cited
  WHERE cited ->> 'document_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
ALTER TABLE cited_documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE cited_documents FORCE ROW LEVEL SECURITY;
CREATE POLICY of_team ON cited_documents TO rag_app USING (team_id = app_team_id());

-- The ids in a stored response: it is forgotten with the first document among them that is deleted.
ALTER TABLE idempotency_keys ADD COLUMN mentions uuid[];
CREATE INDEX ON idempotency_keys USING gin (mentions);
