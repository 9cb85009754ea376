-- What a company asks of its team. allowed_addresses: networks in CIDR notation from which it may be reached; null: any.
-- external_models: whether text may go to models that the operator does not run. legal_hold_*: while since is set, nothing
-- of the team is deleted.
ALTER TABLE teams
  ADD COLUMN allowed_addresses text[] CHECK (cardinality(allowed_addresses) > 0),
  ADD COLUMN external_models boolean NOT NULL DEFAULT true,
  ADD COLUMN legal_hold_since timestamptz,
  ADD COLUMN legal_hold_reason text,
  ADD COLUMN legal_hold_by uuid;
ALTER TABLE api_keys ADD COLUMN allowed_addresses text[] CHECK (cardinality(allowed_addresses) > 0);

-- The sweep leaves out teams on hold, so it must see which they are.
GRANT SELECT (legal_hold_since) ON teams TO rag_worker;
CREATE POLICY held ON teams FOR SELECT TO rag_worker USING (legal_hold_since IS NOT NULL);

-- The last lock of a legal hold: whatever code deletes, the database refuses. A document is deleted by its status first.
CREATE FUNCTION refuse_while_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM teams WHERE id = OLD.team_id AND legal_hold_since IS NOT NULL) THEN
    RAISE EXCEPTION 'the team is on legal hold' USING ERRCODE = 'LH001';
  END IF;
  IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
  RETURN OLD;
END $$;
CREATE FUNCTION refuse_held_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.legal_hold_since IS NOT NULL THEN
    RAISE EXCEPTION 'the team is on legal hold' USING ERRCODE = 'LH001';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER held BEFORE DELETE ON teams FOR EACH ROW EXECUTE FUNCTION refuse_held_team();
CREATE TRIGGER held BEFORE DELETE ON collections FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
CREATE TRIGGER held BEFORE DELETE ON bots FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
CREATE TRIGGER held BEFORE DELETE ON conversations FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
CREATE TRIGGER held BEFORE DELETE ON documents FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
CREATE TRIGGER held_status BEFORE UPDATE OF status ON documents FOR EACH ROW
  WHEN (NEW.status = 'deleting' AND OLD.status <> 'deleting') EXECUTE FUNCTION refuse_while_held();
