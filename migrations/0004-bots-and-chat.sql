CREATE TABLE bots (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL,
  instructions text NOT NULL,
  model text NOT NULL,
  fallback_model text,
  temperature real NOT NULL,
  max_output_tokens integer NOT NULL,
  retrieval_mode text NOT NULL CHECK (retrieval_mode IN ('hybrid', 'vector', 'lexical')),
  top_k integer NOT NULL,
  min_score real NOT NULL,
  no_answer text NOT NULL CHECK (no_answer IN ('refuse', 'general')),
  language text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (team_id, id)
);

CREATE TABLE bot_collections (
  team_id uuid NOT NULL,
  bot_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  PRIMARY KEY (team_id, bot_id, collection_id),
  FOREIGN KEY (team_id, bot_id) REFERENCES bots (team_id, id) ON DELETE CASCADE,
  FOREIGN KEY (team_id, collection_id) REFERENCES collections (team_id, id) ON DELETE CASCADE
);
CREATE INDEX ON bot_collections (team_id, collection_id);

CREATE TABLE conversations (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL,
  bot_id uuid NOT NULL,
  user_id uuid NOT NULL REFERENCES users,
  api_key_id uuid,
  title text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (team_id, id),
  FOREIGN KEY (team_id, bot_id) REFERENCES bots (team_id, id) ON DELETE CASCADE,
  FOREIGN KEY (team_id, api_key_id) REFERENCES api_keys (team_id, id) ON DELETE CASCADE
);
CREATE INDEX ON conversations (team_id, user_id, id);

CREATE TABLE messages (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('user', 'assistant')),
  content text NOT NULL,
  citations jsonb NOT NULL DEFAULT '[]',
  finish_reason text,
  model text,
  input_tokens integer,
  output_tokens integer,
  cost_usd numeric(14, 8),
  rating text CHECK (rating IN ('up', 'down')),
  comment text,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (team_id, id),
  FOREIGN KEY (team_id, conversation_id) REFERENCES conversations (team_id, id) ON DELETE CASCADE
);
CREATE INDEX ON messages (team_id, conversation_id, id);

CREATE TABLE usage_events (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  user_id uuid NOT NULL,
  api_key_id uuid,
  bot_id uuid,
  model text NOT NULL,
  input_tokens integer NOT NULL,
  output_tokens integer NOT NULL,
  cost_usd numeric(14, 8) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON usage_events (team_id, created_at);

ALTER TABLE bots ENABLE ROW LEVEL SECURITY;
ALTER TABLE bots FORCE ROW LEVEL SECURITY;
ALTER TABLE bot_collections ENABLE ROW LEVEL SECURITY;
ALTER TABLE bot_collections FORCE ROW LEVEL SECURITY;
ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
ALTER TABLE usage_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_events FORCE ROW LEVEL SECURITY;

CREATE POLICY of_team ON bots USING (team_id = app_team_id());
CREATE POLICY of_team ON bot_collections USING (team_id = app_team_id());
CREATE POLICY of_team ON conversations USING (team_id = app_team_id());
CREATE POLICY of_team ON messages USING (team_id = app_team_id());
CREATE POLICY of_team ON usage_events USING (team_id = app_team_id());
