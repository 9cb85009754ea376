import manifest from '../../package.json' with { type: 'json' };

/** The platform's version, as package.json states it. */
export const VERSION: string = manifest.version;
