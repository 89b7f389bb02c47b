// Stand-ins for WeChat's built-in components, with the looks that its base library gives them (glass-easel has none).
const inner = '<slot/>';
const COMMON = {ariaLabel: String, ariaRole: String, ariaHidden: Boolean};
export const builtins = {
  view: {template: inner, css: 'view{display:block}'},
  text: {template: inner, css: 'text{display:inline}', properties: {userSelect: Boolean, selectable: Boolean}},
  'scroll-view': {
    template: inner,
    css: 'scroll-view{display:block;overflow:auto;width:100%}',
    properties: {scrollY: Boolean, scrollIntoView: String},
  },
  image: {
    template: '',
    css: 'image{display:inline-block;background-size:100% 100%}',
    properties: {src: String},
  },
  button: {
    template: inner,
    css: `button{all:unset;position:relative;display:block;box-sizing:border-box;width:184px;margin:0 auto;padding:8px 24px;
border-radius:4px;background:#f2f2f2;color:#06ae56;font-size:17px;font-weight:700;line-height:1.41176471;
text-align:center;cursor:pointer}`,
    properties: {openType: String},
  },
  picker: {
    template: inner,
    css: 'picker{display:block}',
    properties: {mode: String, value: null, range: Array},
  },
  textarea: {
    template: '',
    css: 'textarea{display:block;width:300px;font:inherit;resize:none;field-sizing:content}',
    properties: {
      value: String,
      placeholder: String,
      maxlength: Number,
      autoHeight: Boolean,
      showConfirmBar: Boolean,
      cursorSpacing: Number,
    },
  },
};

/** Defines them in a code space. */
export function define(cs, groups) {
  for (const [name, {properties}] of Object.entries(builtins)) {
    const url = `__builtin/${name}`;
    cs.addComponentStaticConfig(url, {component: true, usingComponents: {}});
    cs.addCompiledTemplate(url, {groupList: groups, content: groups[url]});
    const {observers, ...rest} = BEHAVIOUR[name] || {};
    const definition = {...rest, properties: {...COMMON, ...properties}, observers: {...NAMED, ...observers}};
    cs.globalComponentEnv(globalThis, url, () => Component(definition));
  }
}

const element = (component) => component._$.getBackendElement();
const named = (attribute) =>
  function set(value) {
    if (value) element(this)?.setAttribute(attribute, value);
  };
const NAMED = {ariaLabel: named('aria-label'), ariaRole: named('role'), ariaHidden: named('aria-hidden')};
const BEHAVIOUR = {
  button: {
    lifetimes: {
      attached() {
        element(this).type = 'button';
        if (this.data.openType !== 'agreePrivacyAuthorization') return;
        element(this).addEventListener('click', () => this.triggerEvent('agreeprivacyauthorization', {}));
      },
    },
  },
  image: {
    observers: {
      src(src) {
        element(this).style.backgroundImage = `url(.${src})`;
      },
    },
  },
  picker: {
    lifetimes: {
      attached() {
        element(this).addEventListener('click', () => {
          const value = __phone.pick(this.data.mode, this.data.range);
          if (value !== null) this.triggerEvent('change', {value});
        });
      },
    },
  },
  textarea: {
    lifetimes: {
      attached() {
        const field = element(this);
        field.rows = 1;
        field.value = this.data.value;
        field.placeholder = this.data.placeholder;
      },
    },
    observers: {
      value(value) {
        if (element(this) && element(this).value !== value) element(this).value = value;
      },
      placeholder(placeholder) {
        if (element(this)) element(this).placeholder = placeholder;
      },
    },
  },
  'scroll-view': {
    observers: {
      scrollIntoView(id) {
        const {ownerShadowRoot: owner} = this._$;
        if (id) setTimeout(() => owner.getElementById(id)?.getBackendElement().scrollIntoView({block: 'end'}));
      },
    },
  },
};
