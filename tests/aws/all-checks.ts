import type { Check } from './check.ts';
import { ALARMS_CHECKS, type MetricSource, metricsExist } from './checks/alarms.ts';
import { CONTAINERS_CHECKS } from './checks/containers.ts';
import { DATA_CHECKS } from './checks/data.ts';
import { DOWNLOADS_CHECKS } from './checks/downloads.ts';
import { EDGE_CHECKS } from './checks/edge.ts';
import { FIREWALL_CHECKS } from './checks/firewall.ts';
import { LOAD_BALANCER_CHECKS } from './checks/load-balancer.ts';
import { LOGS_CHECKS } from './checks/logs.ts';
import { NETWORK_CHECKS } from './checks/network.ts';
import { POLICIES_CHECKS } from './checks/policies.ts';
import { QUEUE_CHECKS } from './checks/queue.ts';
import { SECRETS_CHECKS } from './checks/secrets.ts';
import { WAF_CHECKS } from './checks/waf.ts';
import { type Actions, actionsExist, grantsNameResources } from './iam/action-names.ts';

/** Every check of our own. They expect a template whose conditions are decided. */
export function ownChecks(actions: Actions, metrics: MetricSource): Check[] {
  return [
    ...ALARMS_CHECKS,
    ...CONTAINERS_CHECKS,
    ...DATA_CHECKS,
    ...DOWNLOADS_CHECKS,
    ...EDGE_CHECKS,
    ...FIREWALL_CHECKS,
    ...LOAD_BALANCER_CHECKS,
    ...LOGS_CHECKS,
    ...NETWORK_CHECKS,
    ...POLICIES_CHECKS,
    ...QUEUE_CHECKS,
    ...SECRETS_CHECKS,
    ...WAF_CHECKS,
    metricsExist(metrics),
    actionsExist(actions),
    grantsNameResources(actions),
  ];
}
