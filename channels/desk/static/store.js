/**
 * What the desk knows, and how each thing that happens changes it.
 *
 * Pure functions from state to state; nothing here sends, stores, sounds or draws.
 */

export const RANK = {agent: 0, shift_leader: 1, supervisor: 2, administrator: 3};

export const EMPTY = Object.freeze({
  phase: 'starting', // starting, login, open
  me: null,
  settings: {},
  connection: 'online', // online, reconnecting, offline
  route: {view: 'work', id: null},
  queue: [],
  mine: [],
  alerts: [],
  colleagues: [],
  canned: [],
  bot: null,
  announcements: [],
  threads: {}, // by conversation: {conversation, messages, notes, tickets, ...}
  listening: null, // the conversation that I read along unseen
  seen: {}, // by conversation: the last seq that was on the screen
  viewers: {}, // by conversation: colleagues who look at it too
  typing: {}, // by conversation: until when the citizen is shown as typing
  unsent: {}, // by conversation: entries of the outbox
  translations: {}, // by "conversation:seq"
  board: null,
  dialog: null, // {kind, id}
  toast: null, // {key, values, bad}
});

/** Whether `me` has at least this role. */
export const may = (state, role) => RANK[state.me?.role] >= RANK[role];

/** Takes over a whole picture of the desk (`GET /state`). */
export function withPicture(state, picture) {
  const {me, presence, queue, mine, alerts, colleagues, canned, bot, announcements} = picture;
  return {
    ...state,
    me: {...state.me, ...me, presence: presence ?? me?.presence ?? state.me?.presence},
    queue: queue ?? [],
    mine: mine ?? [],
    alerts: (alerts ?? []).filter((alert) => !alert.acknowledged_at),
    colleagues: colleagues ?? [],
    canned: canned ?? [],
    bot: bot ?? null,
    announcements: announcements ?? [],
  };
}

/** What a frame of the live stream changes. */
export function withFrame(state, frame) {
  const change = FRAMES[frame.type];
  return change ? change(state, frame) : state;
}

const FRAMES = {
  queue: (state, {entries}) => ({...state, queue: entries ?? []}),
  conversation: (state, {conversation}) => withConversation(state, conversation),
  message: (state, {conversation_id: id, message}) => withMessage(state, id, message),
  note: (state, {conversation_id: id, note}) => withNote(state, id, note),
  typing: (state, {conversation_id: id, who}) => withTyping(state, id, who),
  viewers: (state, {conversation_id: id, agents}) => ({...state, viewers: {...state.viewers, [id]: agents ?? []}}),
  alert: (state, {alert}) => withAlert(state, alert),
  board: (state, {board}) => ({...state, board}),
  presence: (state, {agents}) => withColleagues(state, agents ?? []),
  settings: (state, {bot, announcements}) => ({
    ...state,
    bot: bot ?? state.bot,
    announcements: announcements ?? state.announcements,
  }),
  canned: (state, {canned}) => ({...state, canned: canned ?? state.canned}),
  owner: (state, {conversation_id: id, owner, version}) => withOwner(state, id, owner, version),
  gone: (state, {conversation_id: id, reason}) => withoutConversation(state, id, reason),
};

const replaced = (list, one) =>
  list.some(({id}) => id === one.id) ? list.map((other) => (other.id === one.id ? {...other, ...one} : other)) : [...list, one];

/** Whether I may write in it: it is mine, or I was called in. */
export const isMine = (state, conversation) =>
  conversation?.owner === 'agent' &&
  (conversation.agent?.id === state.me?.id || (conversation.participants ?? []).some(({id}) => id === state.me?.id));

export function withConversation(state, conversation) {
  const thread = state.threads[conversation.id];
  const mine = isMine(state, conversation)
    ? replaced(state.mine, conversation)
    : state.mine.filter(({id}) => id !== conversation.id);
  const threads = thread
    ? {...state.threads, [conversation.id]: {...thread, gone: null, conversation: {...thread.conversation, ...conversation}}}
    : state.threads;
  return {...state, mine, threads};
}

/** Who has it changed; the rest comes with the `conversation` frame. */
function withOwner(state, id, owner, version) {
  const thread = state.threads[id];
  if (!thread || !owner || version < (thread.conversation.owner_version ?? 0)) return state;
  const conversation = {...thread.conversation, owner, owner_version: version ?? thread.conversation.owner_version};
  return {...state, threads: {...state.threads, [id]: {...thread, conversation}}};
}

function withoutConversation(state, id, reason) {
  const thread = state.threads[id];
  const threads = thread ? {...state.threads, [id]: {...thread, gone: reason ?? 'closed'}} : state.threads;
  return {...state, threads, mine: state.mine.filter((one) => one.id !== id)};
}

/** Everything about one conversation (`GET /conversations/{id}`), beside what has come by the stream. */
export function withThread(state, id, context) {
  const before = state.threads[id];
  const messages = merged(before?.messages ?? [], context.messages ?? []);
  const notes = mergedNotes(before?.notes ?? [], context.notes ?? []);
  const thread = {...context, messages, notes, gone: null};
  return withoutArrived({...state, threads: {...state.threads, [id]: thread}}, id, [...messages, ...notes]);
}

function merged(known, incoming) {
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of incoming) bySeq.set(message.seq, {...bySeq.get(message.seq), ...message});
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

function mergedNotes(known, incoming) {
  const byId = new Map(known.map((note) => [note.id, note]));
  for (const note of incoming) byId.set(note.id, note);
  return [...byId.values()].sort((a, b) => a.at.localeCompare(b.at));
}

export function withMessage(state, id, message) {
  const thread = state.threads[id];
  const threads = thread
    ? {...state.threads, [id]: {...thread, messages: merged(thread.messages, [message])}}
    : state.threads;
  const citizen = message.sender === 'citizen';
  const mine = state.mine.map((one) =>
    one.id === id && message.seq > (one.last_message?.seq ?? 0) ? withLast(one, message) : one,
  );
  const typing = citizen ? {...state.typing, [id]: 0} : state.typing;
  return withoutArrived({...state, threads, mine, typing}, id, [message]);
}

function withLast(conversation, {seq, sender, text, at}) {
  const {unanswered_since: since} = conversation;
  const unanswered = {citizen: since ?? at, agent: null}[sender];
  return {
    ...conversation,
    last_message: {seq, sender, text, at},
    unanswered_since: unanswered === undefined ? since : unanswered,
    warned: sender === 'agent' ? false : conversation.warned,
  };
}

export function withNote(state, id, note) {
  const thread = state.threads[id];
  if (!thread) return state;
  const notes = mergedNotes(thread.notes, [note]);
  return withoutArrived({...state, threads: {...state.threads, [id]: {...thread, notes}}}, id, [note]);
}

/** Takes out of the unsent what has come back from the server under its id. */
function withoutArrived(state, id, arrived) {
  const entries = state.unsent[id];
  if (!entries?.length) return state;
  const known = new Set(arrived.flatMap(({message_id, id: noteId, data}) => [message_id, noteId, data?.message_id]));
  return {...state, unsent: {...state.unsent, [id]: entries.filter((entry) => !known.has(entry.message_id))}};
}

const TYPING_MS = 6_000;

function withTyping(state, id, who) {
  return who === 'citizen' ? {...state, typing: {...state.typing, [id]: Date.now() + TYPING_MS}} : state;
}

function withAlert(state, alert) {
  const others = state.alerts.filter(({id}) => id !== alert.id);
  return {...state, alerts: alert.acknowledged_at ? others : [...others, alert]};
}

function withColleagues(state, agents) {
  let colleagues = state.colleagues;
  for (const agent of agents) colleagues = replaced(colleagues, agent);
  const self = agents.find(({id}) => id === state.me?.id);
  return {...state, colleagues, me: self ? {...state.me, ...self} : state.me};
}

/** What in a conversation has not been on the screen yet. */
export function unread(state, {id, last_message: last}) {
  return last?.sender === 'citizen' && last.seq > (state.seen[id] ?? 0);
}

/** The messages and notes of a thread as one list in the order of time; unsent ones at its end. */
export function timeline(thread, unsent = []) {
  const said = thread.messages.map((message) => ({kind: 'message', key: `m${message.seq}`, at: message.at, message}));
  const notes = thread.notes.map((note) => ({kind: 'note', key: `n${note.id}`, at: note.at, note}));
  const both = [...said, ...notes].sort((a, b) => a.at.localeCompare(b.at) || a.key.localeCompare(b.key));
  return [...both, ...unsent.map((entry) => ({kind: 'unsent', key: `u${entry.message_id}`, at: entry.at, entry}))];
}

/** My conversations, the citizen who has waited longest for an answer first, quiet ones last. */
export function byWaiting(mine) {
  const since = ({unanswered_since: waiting}) => (waiting ? Date.parse(waiting) : Number.MAX_SAFE_INTEGER);
  const last = ({last_message: message}) => message?.at ?? '';
  return [...mine].sort((a, b) => since(a) - since(b) || last(b).localeCompare(last(a)));
}

const PRIORITY = {emergency: 0, high: 1, normal: 2};

/** The queue in the order in which it is to be taken. */
export function byPlace(queue) {
  return [...queue].sort(
    (a, b) =>
      (a.position ?? 1e9) - (b.position ?? 1e9) ||
      PRIORITY[a.priority] - PRIORITY[b.priority] ||
      (a.waiting_since ?? '').localeCompare(b.waiting_since ?? ''),
  );
}

export class Store extends EventTarget {
  state = EMPTY;

  /** @param change a function from state to state */
  update(change) {
    const next = change(this.state);
    if (next === this.state) return;
    this.state = next;
    this.dispatchEvent(new Event('change'));
  }

  set(values) {
    this.update((state) => ({...state, ...values}));
  }
}
