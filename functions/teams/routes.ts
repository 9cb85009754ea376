import { acceptInvitation } from './accept-invitation.ts';
import { companyRoutes } from './company/company-routes.ts';
import { createIdentityProvider } from './create-identity-provider.ts';
import { createInvitation } from './create-invitation.ts';
import { createTeam } from './create-team.ts';
import { deleteIdentityProvider } from './delete-identity-provider.ts';
import { deleteInvitation } from './delete-invitation.ts';
import { deleteMember } from './delete-member.ts';
import { deleteMemberSession } from './delete-member-session.ts';
import { deleteMemberSessions } from './delete-member-sessions.ts';
import { deleteTeam } from './delete-team.ts';
import { getIdentityProvider } from './get-identity-provider.ts';
import { getInsights } from './get-insights.ts';
import { getTeam } from './get-team.ts';
import { getUsage } from './get-usage.ts';
import { listAuditLog } from './list-audit-log.ts';
import { listIdentityProviders } from './list-identity-providers.ts';
import { listInvitations } from './list-invitations.ts';
import { listMemberSessions } from './list-member-sessions.ts';
import { listMembers } from './list-members.ts';
import { listTeams } from './list-teams.ts';
import { transferRoutes } from './transfers/transfer-routes.ts';
import { updateIdentityProvider } from './update-identity-provider.ts';
import { updateMember } from './update-member.ts';
import { updateTeam } from './update-team.ts';
import { verifyIdentityProvider } from './verify-identity-provider.ts';
import { webhookRoutes } from './webhooks/webhook-routes.ts';

export const routes = {
  createTeam,
  listTeams,
  getTeam,
  updateTeam,
  deleteTeam,
  listMembers,
  updateMember,
  deleteMember,
  createInvitation,
  listInvitations,
  deleteInvitation,
  acceptInvitation,
  listAuditLog,
  getUsage,
  getInsights,
  createIdentityProvider,
  listIdentityProviders,
  getIdentityProvider,
  updateIdentityProvider,
  deleteIdentityProvider,
  verifyIdentityProvider,
  listMemberSessions,
  deleteMemberSession,
  deleteMemberSessions,
  ...companyRoutes,
  ...webhookRoutes,
  ...transferRoutes,
};
