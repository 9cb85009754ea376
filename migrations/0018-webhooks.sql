-- Endpoints that are told what happens in a team, and what is still to be sent to each.
CREATE TABLE webhooks (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  url text NOT NULL,
  description text NOT NULL DEFAULT '',
  -- Names of events, things with any verb (`document.*`), or `*`.
  events text[] NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  -- Encrypted by the application. The previous secret signs too until it expires, so that a receiver can change over.
  secret bytea NOT NULL,
  previous_secret bytea,
  previous_expires_at timestamptz,
  -- Since when every delivery has failed; null after a success.
  failing_since timestamptz,
  disabled_reason text CHECK (disabled_reason IN ('failing')),
  created_by uuid NOT NULL REFERENCES users,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (team_id, id)
);

CREATE TABLE webhook_deliveries (
  team_id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  -- A UUIDv7, the same for all webhooks that get the event; of an audit event it is the entry's id.
  event_id uuid NOT NULL,
  event text NOT NULL,
  -- Null for an audit event: its data is read from the log when it is sent, so that erased details are not sent.
  data jsonb,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  -- Null once it is delivered or given up.
  due_at timestamptz DEFAULT now(),
  response_status integer,
  error text,
  duration_ms integer,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (webhook_id, event_id),
  FOREIGN KEY (team_id, webhook_id) REFERENCES webhooks (team_id, id) ON DELETE CASCADE
);
CREATE INDEX ON webhook_deliveries (created_at);
CREATE INDEX ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY of_team ON webhooks TO rag_app USING (team_id = app_team_id());
CREATE POLICY of_team ON webhook_deliveries TO rag_app USING (team_id = app_team_id());

-- The sweep sees which deliveries of all teams are due, and removes old ones.
GRANT SELECT, DELETE ON webhook_deliveries TO rag_worker;
CREATE POLICY sweeping ON webhook_deliveries TO rag_worker USING (true);
