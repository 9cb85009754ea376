-- Counts requests where there is no Redis (see shared/http/rate-limit.ts). rate-limiter-flexible defines the columns
-- and their order; `expire` is in milliseconds since 1970.
CREATE TABLE rate_limits (
  key text PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
);
CREATE INDEX ON rate_limits (expire);

GRANT SELECT, DELETE ON rate_limits TO rag_worker;
