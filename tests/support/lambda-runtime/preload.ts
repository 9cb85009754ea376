import { registerHooks } from 'node:module';

/** Loaded before the runtime interface client: npm does not provide its compiled part for every platform. */
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === './rapid-client.node'
      ? {
          url: new URL('native-client.ts', import.meta.url).href,
          format: 'module-typescript',
          shortCircuit: true,
        }
      : next(specifier, context),
});
