import { readdirSync } from 'node:fs';

/** `npm run bench -- <name>`: runs one benchmark; without a name it lists them. */
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length));
const [name] = process.argv.slice(2);

if (name && names.includes(name)) {
  const { run } = (await import(`./${name}.bench.ts`)) as { run(): Promise<void> };
  await run();
} else {
  console.log(
    `Benchmarks, each against a peer in the same run:\n${names.map((each) => `  npm run bench -- ${each}`).join('\n')}`,
  );
  if (name) process.exitCode = 1;
}
