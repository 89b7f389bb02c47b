// A stand-in for `wx` in a browser: network and storage are real, what the phone gives is told by the test in
// `__phone`. Calls that have no meaning here are noted in `__phone.calls`.
globalThis.__phone = {
  language: new URLSearchParams(location.search).get('lang') || 'zh_CN',
  agreed: true,
  privacy: null,
  photo: null,
  place: null,
  code: null,
  sound: null,
  picked: null,
  subscribe: 'accept',
  confirm: true,
  network: true,
  unheard: false, // uploads arrive without a network, too, but no answer comes back
  sockets: true,
  calls: [],
  toasts: [],
  files: {},
};
const phone = globalThis.__phone;
const openid = new URLSearchParams(location.search).get('openid') || 'o-1';
const networkListeners = new Set();

function answer(options, wanted) {
  if (wanted === null || wanted === undefined) options.fail?.({errMsg: 'fail cancel'});
  else options.success?.(wanted);
}

async function send(options) {
  if (!phone.network) return options.fail({errMsg: 'request:fail'});
  try {
    const response = await fetch(options.url, {
      method: options.method,
      headers: options.header,
      body: options.method === 'GET' ? undefined : options.data,
    });
    const text = await response.text();
    const data = /json/.test(response.headers.get('Content-Type')) ? JSON.parse(text) : text;
    options.success({statusCode: response.status, data, header: Object.fromEntries(response.headers)});
  } catch {
    options.fail({errMsg: 'request:fail'});
  }
}

/** What needs the privacy agreement asks for it first. */
function personal(options, wanted) {
  if (phone.agreed) return answer(options, wanted());
  phone.privacy?.(({event}) => {
    phone.agreed = event === 'agree';
    if (phone.agreed) answer(options, wanted());
    else options.fail?.({errMsg: 'fail privacy permission is not authorized'});
  });
}

/** A file of the phone in Base64; what is saved outlives the app. */
function fileOf(path) {
  const found = phone.files[path] ?? localStorage.getItem(path);
  if (found === null) throw new Error(`no such file: ${path}`);
  return found;
}

const mediaOf = (path) => ({
  tempFiles: [{tempFilePath: path, fileType: path.endsWith('.mp4') ? 'video' : 'image'}],
});
const bytesOf = (path) => Uint8Array.from(atob(fileOf(path)), (letter) => letter.charCodeAt(0));

const known = {
  request: (options) => void send(options),
  login: async (options) => {
    const response = await fetch(`/harness/code?openid=${openid}`).catch(() => null);
    if (!phone.network || !response) options.fail({errMsg: 'login:fail'});
    else options.success({code: await response.text()});
  },
  connectSocket({url}) {
    const socket = phone.sockets && phone.network ? new WebSocket(url) : null;
    const handlers = {};
    if (socket) {
      phone.socket = socket;
      socket.onopen = () => handlers.open?.();
      socket.onmessage = ({data}) => handlers.message?.({data});
      socket.onclose = () => handlers.close?.();
      socket.onerror = () => handlers.error?.();
    } else setTimeout(() => handlers.error?.());
    return {
      onOpen: (listener) => (handlers.open = listener),
      onMessage: (listener) => (handlers.message = listener),
      onClose: (listener) => (handlers.close = listener),
      onError: (listener) => (handlers.error = listener),
      send: ({data}) => socket?.readyState === 1 && socket.send(data),
      close: () => socket?.close(),
    };
  },
  async uploadFile(options) {
    if (!phone.network && !phone.unheard) return options.fail({errMsg: 'uploadFile:fail'});
    const bytes = bytesOf(options.filePath);
    const form = new FormData();
    for (const [name, value] of Object.entries(options.formData)) form.append(name, value);
    form.append(options.name, new Blob([bytes]), options.filePath);
    const response = await fetch(options.url, {method: 'POST', headers: options.header, body: form});
    if (!phone.network) return options.fail({errMsg: 'uploadFile:fail'});
    options.success({statusCode: response.status, data: await response.text()});
  },
  getFileSystemManager: () => ({
    readFileSync: (path) => bytesOf(path).buffer,
    saveFileSync(path) {
      localStorage.setItem(`saved.${path}`, phone.files[path]);
      return `saved.${path}`;
    },
    accessSync: fileOf,
    unlinkSync: (path) => localStorage.removeItem(path),
  }),
  arrayBufferToBase64: (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))),
  getStorageSync: (key) => localStorage.getItem(key) ?? '',
  setStorageSync: (key, value) => localStorage.setItem(key, value),
  removeStorageSync: (key) => localStorage.removeItem(key),
  getAppBaseInfo: () => ({language: phone.language}),
  nextTick: (work) => setTimeout(work),
  onNetworkStatusChange: (listener) => networkListeners.add(listener),
  offNetworkStatusChange: (listener) => networkListeners.delete(listener),
  setNavigationBarTitle: ({title}) => (document.title = title),
  onNeedPrivacyAuthorization: (listener) => (phone.privacy = listener),
  requirePrivacyAuthorize: (options) => personal(options, () => ({})),
  chooseMedia: (options) => personal(options, () => phone.photo && mediaOf(phone.photo)),
  chooseLocation: (options) => personal(options, () => phone.place),
  setClipboardData: (options) => personal(options, () => ((phone.clipboard = options.data), {})),
  scanCode: (options) => answer(options, phone.code && {result: phone.code}),
  requestSubscribeMessage: (options) =>
    answer(options, Object.fromEntries(options.tmplIds.map((id) => [id, phone.subscribe]))),
  showToast: ({title}) => phone.toasts.push(title),
  showModal: ({content, showCancel, success}) => {
    phone.toasts.push(content);
    if (showCancel !== false) success({confirm: phone.confirm});
  },
  getRecorderManager() {
    const handlers = {};
    return {
      onStart: (listener) => (handlers.start = listener),
      onStop: (listener) => (handlers.stop = listener),
      onError: (listener) => (handlers.error = listener),
      start: (options) => {
        phone.calls.push(['record', options]);
        if (phone.sound) handlers.start();
        else handlers.error();
      },
      stop: () => handlers.stop({tempFilePath: phone.sound, duration: 3000}),
    };
  },
};
globalThis.wx = new Proxy(known, {
  get: (target, name) => (name in target ? target[name] : (options) => void phone.calls.push([name, options])),
  set: (target, name, value) => ((target[name] = value), true),
});
globalThis.getApp = () => globalThis.__app;
/** What is picked from WeChat's wheel: the time, or the place of the words among the range; null: nothing. */
phone.pick = (mode, range) => (mode === 'time' ? phone.picked : range.indexOf(phone.picked));
phone.setNetwork = (on) => {
  phone.network = on;
  if (!on) phone.socket?.close();
  for (const listener of networkListeners) listener({isConnected: on});
};
