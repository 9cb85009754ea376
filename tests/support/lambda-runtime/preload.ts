import { registerHooks } from 'node:module';

/** Loaded before the runtime interface client, whose compiled half npm does not bring for every platform. */
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
