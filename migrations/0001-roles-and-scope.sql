-- The application never acts as the owner of its tables: it connects with role=rag_app (see shared/db/pool.ts),
-- which owns nothing and cannot bypass row-level security. rag_worker is the role of the sweep function: it may read
-- the documents and outbox rows of all teams that are due, and nothing else.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rag_app') THEN CREATE ROLE rag_app NOLOGIN NOBYPASSRLS; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rag_worker') THEN CREATE ROLE rag_worker NOLOGIN NOBYPASSRLS; END IF;
  EXECUTE format('GRANT rag_app, rag_worker TO %I', current_user);
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO rag_app, rag_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO rag_app;

-- The scope of a transaction, set by set_config(..., true). An unset scope is NULL, which equals nothing.
CREATE FUNCTION app_team_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.team_id', true), '')::uuid $$;
CREATE FUNCTION app_user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;
CREATE FUNCTION app_key_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.key_id', true), '')::uuid $$;
