-- Where there is no Redis, requests are counted here (see shared/http/rate-limit.ts). The columns, and their order,
-- are those that rate-limiter-flexible writes; `expire` is in milliseconds since 1970.
CREATE TABLE rate_limits (
  key text PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
);
CREATE INDEX ON rate_limits (expire);

GRANT SELECT, DELETE ON rate_limits TO rag_worker;
