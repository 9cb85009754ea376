/* global SwaggerUIBundle */
const dark = matchMedia('(prefers-color-scheme: dark)');
const followSystem = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followSystem);
followSystem();

const url = '/openapi.json';
const spec = await (await fetch(url)).json();
SwaggerUIBundle({
  url,
  // The host that served this page, by whatever name it was reached: the page may call no other.
  spec: { ...spec, servers: [{ url: location.origin }] },
  dom_id: '#docs',
  deepLinking: true,
  filter: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // No look-ups at validator.swagger.io.
  validatorUrl: null,
});
