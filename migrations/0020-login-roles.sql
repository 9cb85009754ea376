-- Each process logs in as a role that owns nothing and is a member of one role only: an injected SET ROLE NONE gives
-- nothing more, and neither login can become the other's role or the owner. Without INHERIT the login has no right of its
-- own until it takes its role. The function `migrate` sets their passwords; without one, PostgreSQL refuses the login.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rag_app_login') THEN
    CREATE ROLE rag_app_login LOGIN NOINHERIT NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rag_worker_login') THEN
    CREATE ROLE rag_worker_login LOGIN NOINHERIT NOBYPASSRLS;
  END IF;
  -- PostgreSQL lets every role make temporary tables; nothing here uses them.
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;

GRANT rag_app TO rag_app_login WITH INHERIT FALSE, SET TRUE;
GRANT rag_worker TO rag_worker_login WITH INHERIT FALSE, SET TRUE;
