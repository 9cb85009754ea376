-- Runs only where VECTOR_STORE is pgvector: not every PostgreSQL has the extension.
CREATE EXTENSION IF NOT EXISTS vector;

-- Vectors of chunks. No foreign keys: rows are inserted before their chunks, and the outbox deletes them after their
-- document. Half precision halves table and index, and changes a cosine by less than 0.001. The column has no
-- dimension, so that models with different dimensions can coexist.
CREATE TABLE vectors (
  team_id uuid NOT NULL,
  model text NOT NULL,
  chunk_id uuid NOT NULL,
  document_id uuid NOT NULL,
  generation integer NOT NULL,
  collection_id uuid NOT NULL,
  embedding halfvec NOT NULL,
  PRIMARY KEY (team_id, model, chunk_id)
);
CREATE INDEX ON vectors (team_id, document_id, generation);

-- An HNSW index has one dimension: every model in embedder/download/manifest.ts has 384. Vectors of another dimension
-- are searched exactly until a migration adds their index.
CREATE INDEX vectors_384 ON vectors USING hnsw ((embedding::halfvec(384)) halfvec_cosine_ops)
  WHERE vector_dims(embedding) = 384;

ALTER TABLE vectors ENABLE ROW LEVEL SECURITY;
ALTER TABLE vectors FORCE ROW LEVEL SECURITY;
CREATE POLICY of_team ON vectors TO rag_app USING (team_id = app_team_id());
GRANT SELECT, INSERT, UPDATE, DELETE ON vectors TO rag_app;
