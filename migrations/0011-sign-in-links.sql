-- Links that were sent by mail. Only hashes are stored: of the link's token, and of the cookie of the browser that asked
-- for it. The rows also count how many links an address of either kind has asked for.
CREATE TABLE sign_in_links (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  ip text NOT NULL,
  token_hash text NOT NULL UNIQUE,
  browser_hash text NOT NULL,
  return_to text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX ON sign_in_links (email, created_at);
CREATE INDEX ON sign_in_links (ip, created_at);
CREATE INDEX ON sign_in_links (expires_at);

GRANT SELECT, DELETE ON sign_in_links TO rag_worker;
