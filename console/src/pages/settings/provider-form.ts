/** The fields of an issuer as the API takes them. Lists are typed with commas, the age in hours. */
export function readProvider(form: FormData) {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const list = (name: string) =>
    text(name)
      .split(/[,\s]+/)
      .filter(Boolean);
  const role = text('default_role');
  const defaultRole: 'viewer' | 'member' | null = role === 'viewer' || role === 'member' ? role : null;
  const hours = text('max_age');
  return {
    issuer: text('issuer'),
    client_id: text('client_id'),
    client_secret: text('client_secret'),
    domains: list('domains'),
    required_acr: list('required_acr'),
    required_amr: list('required_amr'),
    max_age_seconds: hours === '' ? null : Number(hours) * 3_600,
    default_role: defaultRole,
  };
}
