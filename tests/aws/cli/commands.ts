import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A command of the AWS CLI. `answers` are the fields of its answer that queries here use. */
export type Command = {
  options: Map<string, { required: boolean; flag: boolean; list: boolean }>;
  positionals: number;
  answers: Set<string>;
};

/** A parsed command line. `words` are service and operation, such as `ecs describe-services` or `acm wait …`. */
export type Call = {
  words: string;
  options: Map<string, string[]>;
  positionals: string[];
};

export const RECORD = path.join(import.meta.dirname, '../../fixtures/aws-cli-commands.txt');

/** Options of every command. True if the option has a value. */
const GLOBAL: Record<string, boolean> = {
  region: true,
  profile: true,
  output: true,
  query: true,
  'no-cli-pager': false,
  'no-paginate': false,
  'cli-binary-format': true,
  'cli-input-json': true,
  'cli-read-timeout': true,
};

/** Parses recorded commands, one per line: `service operation: option required! flag? list* <positional> | Field …`. */
export function readCommands(text: string): Map<string, Command> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map(readLine));
}

function readLine(line: string): [string, Command] {
  const [head = '', answers = ''] = line.split('|');
  const [words = '', parameters = ''] = head.split(':');
  const given = parameters.split(' ').filter(Boolean);
  const named = given.filter((each) => !each.startsWith('<'));
  return [
    words,
    {
      options: new Map(
        named.map((each) => [
          each.replace(/[!?*]+$/, ''),
          { required: each.includes('!'), flag: each.includes('?'), list: each.includes('*') },
        ]),
      ),
      positionals: given.length - named.length,
      answers: new Set(answers.split(' ').filter(Boolean)),
    },
  ];
}

export const COMMANDS = readCommands(readFileSync(RECORD, 'utf8'));

/** The CLI's spelling of a request member: DBClusterIdentifier → db-cluster-identifier. */
export function toKebab(name: string): string {
  return name
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
}

/** Parses the arguments of `aws`. */
export function parseCall(args: string[]): Call {
  const words = args.slice(0, args[1] === 'wait' ? 3 : 2);
  const call: Call = { words: words.join(' '), options: new Map(), positionals: [] };
  let values = call.positionals;
  let room = Infinity;
  for (const arg of args.slice(words.length)) {
    if (arg.startsWith('--')) {
      values = [];
      room = maxValuesOf(call.words, arg.slice(2));
      call.options.set(arg.slice(2), values);
    } else {
      (values.length < room ? values : call.positionals).push(arg);
    }
  }
  return call;
}

/** The maximum number of values of an option. */
function maxValuesOf(words: string, name: string): number {
  if (isFlag(words, name)) return 0;
  return COMMANDS.get(words)?.options.get(name)?.list === true ? Infinity : 1;
}

function isFlag(words: string, name: string): boolean {
  return (
    GLOBAL[name] === false || COMMANDS.get(words)?.options.get(withoutNegation(words, name))?.flag === true
  );
}

/** The name of a flag without the `no-` that negates it. */
function withoutNegation(words: string, name: string): string {
  const flag = name.replace(/^no-/, '');
  return COMMANDS.get(words)?.options.get(flag)?.flag === true ? flag : name;
}

/** What the AWS CLI would refuse in a call. */
export function problemsOf(call: Call): string[] {
  const { words, options, positionals } = call;
  const command = COMMANDS.get(words);
  if (!command) return [`aws ${words}: is not recorded in ${path.basename(RECORD)}`];
  const names = [...options.keys()];
  const unknown = names.filter(
    (name) => !(name in GLOBAL) && !command.options.has(withoutNegation(words, name)),
  );
  const wanted = [...command.options].filter(
    ([, { required }]) => required && !options.has('cli-input-json'),
  );
  const missing = wanted.filter(([name]) => !options.has(name));
  const empty = [...options].filter(([name, values]) => values.length === 0 && !isFlag(words, name));
  const surplus = positionals.length - command.positionals;
  const unread = namesRead(call).filter((name) => !command.answers.has(name));
  return [
    ...unknown.map((name) => `has no option --${name}`),
    ...missing.map(([name]) => `lacks --${name}`),
    ...empty.map(([name]) => `--${name} has no value`),
    ...(surplus === 0 ? [] : [`${surplus} more words than the command has`]),
    ...unread.map((name) => `${name} is not recorded of its answer`),
  ].map((problem) => `aws ${words}: ${problem}`);
}

/** The fields that `--query` reads, without literals, functions and the names that the query defines. */
function namesRead({ options }: Call): string[] {
  const [query = ''] = options.get('query') ?? [];
  const bare = query
    .replaceAll(/`[^`]*`|'[^']*'/g, ' ')
    .replaceAll(/\w+\(/g, ' ')
    .replaceAll(/\w+\s*:(?!:)/g, ' ');
  return [...new Set(bare.match(/[A-Za-z_]\w*/g))];
}
