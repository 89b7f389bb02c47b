/**
 * What the page knows of the conversation, and how each thing that happens changes it.
 *
 * Pure functions from state to state, and one small holder that tells its listeners. Nothing here sends, stores or
 * draws.
 */

export const FORM_SLOTS = [
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

export const EMPTY = Object.freeze({
  phase: 'opening', // opening, open, failed
  messages: [], // as the server numbered them
  unsent: [], // of the outbox, as entries; `problem` when the server refused one
  unanswered: [], // message_ids whose turn broke off
  connection: 'online', // online, reconnecting, offline
  owner: 'bot', // bot, queue, agent
  agent: null, // the name of the person who has the conversation
  place: null, // {queue_position, wait_seconds} while one waits for a person
  typing: false, // or 'bot', 'agent': who is writing
  proving: false, // the server wants a moment's work first
  notice: null, // key of a sentence shown above the conversation
});

/** Adds messages of the server, each number once, in order. */
export function withMessages(state, incoming) {
  const known = new Map(state.messages.map((message) => [message.seq, message]));
  const titles = new Map(state.unsent.map((entry) => [entry.message_id, entry.title]));
  for (const message of incoming) {
    const text = message.text || known.get(message.seq)?.text || titles.get(message.message_id) || '';
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

export function withUnsent(state, entry) {
  const others = state.unsent.filter(({message_id}) => message_id !== entry.message_id);
  return {...state, unsent: [...others, entry]};
}

export function withoutUnsent(state, messageId) {
  return {...state, unsent: state.unsent.filter((entry) => entry.message_id !== messageId)};
}

/** The server has the message: it is shown as sent even before it comes back on the stream. */
export function withAck(state, entry, seq) {
  if (state.messages.some((message) => message.seq === seq)) return withoutUnsent(state, entry.message_id);
  return {
    ...state,
    unsent: state.unsent.map((one) => (one.message_id === entry.message_id ? {...one, sent: true} : one)),
  };
}

export function withProblem(state, messageId, problem) {
  return {...state, unsent: state.unsent.map((one) => (one.message_id === messageId ? {...one, problem} : one))};
}

/** The last number up to which nothing is missing: what a new stream has to start after. */
export function lastSeq({messages}) {
  let last = 0;
  for (const {seq} of messages) {
    if (seq > last + 1) break;
    last = Math.max(last, seq);
  }
  return last;
}

/**
 * The buttons to offer: those of the latest message that has some, unless the citizen said something since. Where a
 * judgement is asked for, the rating card stands in their place.
 */
export function quickReplies({messages, unsent, owner}) {
  if (unsent.some((entry) => !entry.problem) || owner === 'agent') return [];
  for (const message of [...messages].reverse()) {
    if (message.sender === 'citizen' && !message.data?.attachment) return [];
    if (message.data?.rating) return [];
    if (message.buttons?.length) return message.buttons;
  }
  return [];
}

/** The form in hand: `{step, total, slot}` by the bot's last message, or null. */
export function formProgress({messages, owner}) {
  const last = messages.findLast((message) => message.sender === 'bot');
  const form = last?.data?.form;
  if (!form?.requested_slot || owner === 'agent') return null;
  const filled = (form.filled ?? []).filter((slot) => FORM_SLOTS.includes(slot) && slot !== form.requested_slot);
  const known = FORM_SLOTS.includes(form.requested_slot);
  const step = form.requested_slot === 'confirm' ? FORM_SLOTS.length : Math.min(filled.length + 1, FORM_SLOTS.length);
  return {slot: known ? form.requested_slot : null, step, total: FORM_SLOTS.length};
}

/** The place in the queue that was told last. */
export function queuePlace({messages, owner, place}) {
  if (owner !== 'queue') return null;
  return place ?? messages.findLast((message) => message.data?.handoff)?.data.handoff ?? {};
}

/** The name of the person who has the conversation, as far as it was said. */
export function agentName({messages, owner, agent}) {
  if (owner !== 'agent') return null;
  return agent ?? messages.findLast((message) => message.data?.agent?.name)?.data.agent.name ?? null;
}

/** Who has the conversation now, as an `owner` frame says it. */
export function withOwner(state, {owner, agent, queue_position, wait_seconds}) {
  if (!owner) return state;
  const place = owner === 'queue' && queue_position ? {queue_position, wait_seconds} : null;
  const changed = owner !== state.owner;
  return {
    ...state,
    owner,
    agent: owner === 'agent' ? (agent?.name ?? (changed ? null : state.agent)) : null,
    place: owner === 'queue' ? (place ?? (changed ? null : state.place)) : null,
    typing: changed ? false : state.typing,
  };
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
