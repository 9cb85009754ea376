CREATE TABLE collections (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  max_tokens integer,
  overlap_tokens integer,
  is_default boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (team_id, id)
);
CREATE UNIQUE INDEX collection_names ON collections (team_id, lower(name));
CREATE UNIQUE INDEX one_default_collection ON collections (team_id) WHERE is_default;

CREATE TABLE documents (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  filename text NOT NULL,
  content_type text NOT NULL,
  size_bytes bigint NOT NULL,
  sha256 text,
  status text NOT NULL CHECK (status IN ('pending_upload', 'uploaded', 'parsing', 'chunking', 'embedding',
    'indexing', 'ready', 'failed', 'deleting')),
  error_code text,
  error_message text,
  error_retryable boolean,
  progress real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
  pages integer,
  chunk_count integer,
  token_count integer,
  lexical_length bigint,
  embedding_model text,
  metadata jsonb NOT NULL DEFAULT '{}',
  on_duplicate text NOT NULL DEFAULT 'keep' CHECK (on_duplicate IN ('skip', 'replace', 'keep')),
  object_key text NOT NULL,
  -- A generation is one attempt at ingesting the document; search reads only the active one.
  generation integer NOT NULL DEFAULT 0,
  active_generation integer,
  lease_expires_at timestamptz,
  created_by uuid NOT NULL REFERENCES users,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  ready_at timestamptz,
  UNIQUE (team_id, id),
  FOREIGN KEY (team_id, collection_id) REFERENCES collections (team_id, id) ON DELETE CASCADE
);
CREATE INDEX ON documents (team_id, collection_id, id);
CREATE INDEX ON documents (team_id, sha256);
CREATE INDEX documents_in_work ON documents (lease_expires_at) WHERE status NOT IN ('ready', 'failed');

CREATE TABLE chunks (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL,
  document_id uuid NOT NULL,
  generation integer NOT NULL,
  ordinal integer NOT NULL,
  text text NOT NULL,
  page integer,
  heading text,
  start_offset integer NOT NULL,
  end_offset integer NOT NULL,
  token_count integer NOT NULL,
  UNIQUE (team_id, document_id, generation, ordinal),
  FOREIGN KEY (team_id, document_id) REFERENCES documents (team_id, id) ON DELETE CASCADE
);

-- The lexical index: one row per term and document, with the chunks that hold the term, its frequency in each, and
-- their lengths in terms. BM25 needs nothing else, so scoring never reads the chunks.
CREATE TABLE postings (
  team_id uuid NOT NULL,
  term text NOT NULL,
  document_id uuid NOT NULL,
  generation integer NOT NULL,
  ordinals integer[] NOT NULL,
  frequencies integer[] NOT NULL,
  lengths integer[] NOT NULL,
  PRIMARY KEY (team_id, term, document_id, generation),
  FOREIGN KEY (team_id, document_id) REFERENCES documents (team_id, id) ON DELETE CASCADE
);
CREATE INDEX ON postings (team_id, document_id);

-- Deletions that are still due outside PostgreSQL. No foreign key: the rows outlive their team.
CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL,
  task text NOT NULL CHECK (task IN ('delete_document', 'delete_vectors', 'delete_team')),
  payload jsonb NOT NULL DEFAULT '{}',
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON outbox (due_at);

ALTER TABLE collections ENABLE ROW LEVEL SECURITY;
ALTER TABLE collections FORCE ROW LEVEL SECURITY;
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents FORCE ROW LEVEL SECURITY;
ALTER TABLE chunks ENABLE ROW LEVEL SECURITY;
ALTER TABLE chunks FORCE ROW LEVEL SECURITY;
ALTER TABLE postings ENABLE ROW LEVEL SECURITY;
ALTER TABLE postings FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;

CREATE POLICY of_team ON collections TO rag_app USING (team_id = app_team_id());
CREATE POLICY of_team ON documents TO rag_app USING (team_id = app_team_id());
CREATE POLICY of_team ON chunks TO rag_app USING (team_id = app_team_id());
CREATE POLICY of_team ON postings TO rag_app USING (team_id = app_team_id());
CREATE POLICY of_team ON outbox TO rag_app USING (team_id = app_team_id());

GRANT SELECT ON documents, outbox TO rag_worker;
GRANT SELECT, DELETE ON idempotency_keys, sessions TO rag_worker;
CREATE POLICY sweeping ON documents FOR SELECT TO rag_worker USING (true);
CREATE POLICY sweeping ON outbox FOR SELECT TO rag_worker USING (true);
