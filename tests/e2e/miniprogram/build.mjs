// Compiles the mini-program to one script and one style sheet for a browser: WXML by WeChat's own template compiler,
// pages and components by its component framework (glass-easel). `node build.mjs <client> <out>`
import fs from 'fs';
import path from 'path';
import {createRequire} from 'module';
import esbuild from 'esbuild';
import {builtins} from './builtins.mjs';

const require = createRequire(import.meta.url);
const {TmplGroup} = require('glass-easel-template-compiler');
const [app, out] = process.argv.slice(2).map((one) => path.resolve(one));
const text = (file) => fs.readFileSync(path.join(app, file), 'utf8');
const json = (file) => JSON.parse(text(file));
const problems = [];
fs.mkdirSync(out, {recursive: true});

const appJson = json('app.json');
const parts = new Map();
function visit(part, isPage) {
  if (parts.has(part)) return;
  const config = json(`${part}.json`);
  parts.set(part, {config, isPage});
  for (const used of Object.values(config.usingComponents || {})) visit(used.replace(/^\//, ''), false);
}
for (const page of appJson.pages) visit(page, true);

const group = new TmplGroup();
for (const part of parts.keys()) {
  for (const warning of group.addTmpl(part, text(`${part}.wxml`)))
    problems.push(`${part}.wxml:${warning.startLine}: ${warning.message}`);
}
for (const [name, {template}] of Object.entries(builtins)) group.addTmpl(`__builtin/${name}`, template);

// Styles: imports put in, rpx by the width of the screen, class names of a component prefixed (WeChat's isolation).
const imported = (file) =>
  text(file).replace(/@import "\/?([^"]+)";/g, (_, other) => imported(other));
const rpx = (css) => css.replace(/(-?\d*\.?\d+)rpx\b/g, (_, number) => `calc(${number} * 100vw / 750)`);
const scoped = (css, prefix) =>
  rpx(css.replace(/\/\*[^]*?\*\//g, '')).replace(/([^{}]+)\{/g, (whole, selector) =>
    selector.trim().startsWith('@')
      ? whole
      : selector.replace(/\.([A-Za-z_][\w-]*)/g, (_, name) => `.${prefix ? `${prefix}--` : ''}${name}`).replace(/\bpage\b/g, 'body') + '{',
  );
const BODY = 'body{margin:0;font-family:"Noto Sans CJK SC","Noto Sans",sans-serif}\n';
let css = BODY + Object.values(builtins).map((one) => one.css).join('\n');
const code = [];
for (const [part, {config, isPage}] of parts) {
  const prefix = `c${code.length}`;
  css += isPage // pages share one space of names in glass-easel: their holders keep them apart
    ? `\n[data-page="${part}"]{${scoped(imported('app.wxss') + imported(`${part}.wxss`), '')}}`
    : `\n${scoped(imported(`${part}.wxss`), prefix)}`;
  const using = {...config.usingComponents};
  for (const name of Object.keys(builtins)) using[name] = `/__builtin/${name}`;
  const name = JSON.stringify(part);
  code.push(`cs.addComponentStaticConfig(${name}, ${JSON.stringify({...config, component: !isPage, usingComponents: using})});
cs.addCompiledTemplate(${name}, {groupList: G, content: G[${name}]});
cs.addStyleSheet(${name}, ${name}, ${JSON.stringify(prefix)});
cs.globalComponentEnv(globalThis, ${name}, () => { require(${JSON.stringify(path.join(app, `${part}.js`))}) });`);
}
const entry = `
const adapter = require('glass-easel-miniprogram-adapter');
const ge = adapter.glassEasel;
const env = new adapter.MiniProgramEnv();
const cs = env.createCodeSpace('', true);
const G = ${group.getTmplGenObjectGroups()};
const {define} = require(${JSON.stringify(new URL('./builtins.mjs', import.meta.url).pathname)});
define(cs, G);
globalThis.App = (options) => (globalThis.__app = options);
require(${JSON.stringify(path.join(app, 'app.js'))});
${code.join('\n')}
require(${JSON.stringify(new URL('./pages.mjs', import.meta.url).pathname)}).serve({ge, env, cs, sheets: ${JSON.stringify([...parts.keys()])}, first: ${JSON.stringify(appJson.pages[0])}});
`;
fs.writeFileSync(path.join(out, 'entry.js'), entry);
const here = path.dirname(new URL(import.meta.url).pathname);
await esbuild.build({
  entryPoints: [path.join(out, 'entry.js')],
  bundle: true,
  format: 'iife',
  outfile: path.join(out, 'bundle.js'),
  logLevel: 'error',
  nodePaths: [path.join(here, '..', 'node_modules')],
  plugins: [
    {
      name: 'own-gateway', // the gateway of the test in place of the one that is set before uploading
      setup(build) {
        build.onLoad({filter: /client\/config\.js$/}, () => ({contents: 'module.exports = {gateway: location.origin}'}));
      },
    },
  ],
});
fs.writeFileSync(path.join(out, 'app.css'), css);
fs.cpSync(path.join(app, 'images'), path.join(out, 'images'), {recursive: true});
fs.copyFileSync(path.join(here, 'wx.js'), path.join(out, 'wx.js'));
const HEAD = '<!doctype html><html><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">';
const BODY_HTML = '<link rel="stylesheet" href="app.css"><body><script src="wx.js"></script><script src="bundle.js"></script></body></html>';
fs.writeFileSync(path.join(out, 'index.html'), HEAD + BODY_HTML);
if (problems.length) {
  console.error(problems.join('\n'));
  process.exit(1);
}
