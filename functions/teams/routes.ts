import { acceptInvitation } from './accept-invitation.ts';
import { createInvitation } from './create-invitation.ts';
import { createTeam } from './create-team.ts';
import { deleteInvitation } from './delete-invitation.ts';
import { deleteMember } from './delete-member.ts';
import { deleteTeam } from './delete-team.ts';
import { getInsights } from './get-insights.ts';
import { getTeam } from './get-team.ts';
import { getUsage } from './get-usage.ts';
import { listAuditLog } from './list-audit-log.ts';
import { listInvitations } from './list-invitations.ts';
import { listMembers } from './list-members.ts';
import { listTeams } from './list-teams.ts';
import { transferRoutes } from './transfers/transfer-routes.ts';
import { updateMember } from './update-member.ts';
import { updateTeam } from './update-team.ts';
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
  ...webhookRoutes,
  ...transferRoutes,
};
