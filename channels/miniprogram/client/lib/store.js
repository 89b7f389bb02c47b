/**
 * What the app knows of the conversation, and how each thing that happens changes it.
 *
 * Pure functions from state to state. Nothing here sends, keeps or draws.
 */
const FORM_SLOTS = [
  'nature',
  'category',
  'description',
  'location',
  'occurred_at',
  'contact_name',
  'contact_phone',
  'confidentiality',
  'confirm',
];

const EMPTY = Object.freeze({
  phase: 'opening', // opening, open
  messages: [], // as the server numbered them
  unsent: [], // of the outbox, as entries; `problem` when the server refused one
  unanswered: [], // message_ids whose turn broke off
  connection: 'reconnecting', // online, reconnecting, offline
  owner: 'bot', // bot, queue, agent
  agent: null, // the name of the person who has the conversation
  place: null, // {queue_position, wait_seconds} while one waits for a person
  typing: false, // or 'bot', 'agent': who is writing
  proving: null, // seconds of the work that the server wants before it takes more
  notice: null, // key of a sentence shown above the conversation
  component: null, // {id, kind, where} of a code that was scanned
});

const lastOf = (list, wanted) => [...list].reverse().find(wanted);

/** Adds messages of the server, each number once, in order. */
function withMessages(state, incoming) {
  const known = new Map(state.messages.map((message) => [message.seq, message]));
  const titles = new Map(state.unsent.map((entry) => [entry.message_id, entry.title]));
  for (const message of incoming) {
    const text = message.text || (known.get(message.seq) || {}).text || titles.get(message.message_id) || '';
    known.set(message.seq, {...message, text});
  }
  const messages = [...known.values()].sort((a, b) => a.seq - b.seq);
  const arrived = new Set(incoming.map((message) => message.message_id).filter(Boolean));
  const answered = incoming.some((message) => message.sender !== 'citizen');
  return {
    ...state,
    messages,
    unsent: state.unsent.filter((entry) => !arrived.has(entry.message_id)),
    typing: answered ? false : state.typing,
    unanswered: answered ? [] : state.unanswered,
  };
}

function withUnsent(state, entry) {
  return {...state, unsent: [...state.unsent.filter((one) => one.message_id !== entry.message_id), entry]};
}

function withoutUnsent(state, messageId) {
  return {...state, unsent: state.unsent.filter((entry) => entry.message_id !== messageId)};
}

/** The server has the message: it is shown as sent even before it comes back on the stream. */
function withAck(state, entry, seq) {
  if (state.messages.some((message) => message.seq === seq)) return withoutUnsent(state, entry.message_id);
  const unsent = state.unsent.map((one) => (one.message_id === entry.message_id ? {...one, sent: true} : one));
  return {...state, unsent};
}

function withProblem(state, messageId, problem) {
  return {...state, unsent: state.unsent.map((one) => (one.message_id === messageId ? {...one, problem} : one))};
}

/** Who has the conversation now, as an `owner` frame says it. */
function withOwner(state, {owner, agent, queue_position, wait_seconds}) {
  if (!owner) return state;
  const changed = owner !== state.owner;
  const place = owner === 'queue' && queue_position ? {queue_position, wait_seconds} : null;
  const name = agent && agent.name;
  return {
    ...state,
    owner,
    agent: owner === 'agent' ? name || (changed ? null : state.agent) : null,
    place: owner === 'queue' ? place || (changed ? null : state.place) : null,
    typing: changed ? false : state.typing,
  };
}

/** The last number up to which nothing is missing: what a new stream has to start after. */
function lastSeq({messages}) {
  let last = 0;
  for (const {seq} of messages) {
    if (seq > last + 1) break;
    last = Math.max(last, seq);
  }
  return last;
}

/** The buttons to offer: those of the latest message that has some, unless the citizen said something since. */
function quickReplies({messages, unsent, owner}) {
  if (unsent.some((entry) => !entry.problem) || owner === 'agent') return [];
  for (const message of [...messages].reverse()) {
    if (message.sender === 'citizen' && !(message.data && message.data.attachment)) return [];
    if (message.data && message.data.rating) return [];
    if (message.buttons && message.buttons.length) return message.buttons;
  }
  return [];
}

/** The form in hand: `{step, total, slot}` by the bot's last message, or null. */
function formProgress({messages, owner}) {
  const last = lastOf(messages, (message) => message.sender === 'bot');
  const form = last && last.data && last.data.form;
  if (!form || !form.requested_slot || owner === 'agent') return null;
  const filled = (form.filled || []).filter((slot) => FORM_SLOTS.includes(slot) && slot !== form.requested_slot);
  const total = FORM_SLOTS.length;
  const slot = FORM_SLOTS.includes(form.requested_slot) ? form.requested_slot : null;
  return {slot, step: slot === 'confirm' ? total : Math.min(filled.length + 1, total), total};
}

/** The message with the latest ticket that was filed in this conversation, or null. */
function latestTicket({messages}) {
  return lastOf(messages, ({data}) => data && data.ticket && data.ticket.number) || null;
}

module.exports = {
  EMPTY,
  formProgress,
  lastOf,
  lastSeq,
  latestTicket,
  quickReplies,
  withAck,
  withMessages,
  withOwner,
  withProblem,
  withUnsent,
  withoutUnsent,
};
