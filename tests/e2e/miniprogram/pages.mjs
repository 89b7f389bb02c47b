// The stack of pages: WeChat's navigation and the lifecycles that glass-easel does not call by itself.
export function serve({ge, env, cs, sheets, first}) {
  const stack = [];
  const context = new ge.CurrentWindowBackendContext();
  context.onEvent((target, type, detail, options) => {
    const {target: field} = options?.originalEvent || {};
    ge.triggerEvent(target, type, type === 'input' ? {value: field.value} : detail, options);
  });
  const backend = env.associateBackend(context);
  for (const sheet of sheets) backend.registerStyleSheetContent(sheet, '');

  function open(url) {
    const [path, search] = url.replace(/^\//, '').split('?');
    if (stack.length) stack[stack.length - 1].holder.style.display = 'none';
    const holder = document.createElement('div');
    holder.dataset.page = path;
    document.body.appendChild(holder);
    const slot = document.createElement('span');
    holder.appendChild(slot);
    const root = backend.createRoot('glass-easel-root', cs, path);
    root.attach(holder, slot);
    const component = root.getComponent();
    const page = component.getMethodCaller ? component.getMethodCaller() : component;
    stack.push({page, holder, root});
    page.onLoad?.(Object.fromEntries(new URLSearchParams(search || '')));
    page.onShow?.();
    page.onReady?.();
  }

  wx.navigateTo = ({url}) => open(url);
  wx.navigateBack = () => {
    const top = stack.pop();
    top.page.onUnload?.();
    top.holder.remove();
    const under = stack[stack.length - 1];
    under.holder.style.display = '';
    under.page.onShow?.();
  };
  globalThis.getCurrentPages = () => stack.map((one) => one.page);
  globalThis.__mp = {
    open,
    get page() {
      return stack[stack.length - 1].page;
    },
  };
  const options = {query: Object.fromEntries(new URLSearchParams(location.search))};
  __app.onLaunch(options);
  __app.onShow(options);
  open(first);
}
