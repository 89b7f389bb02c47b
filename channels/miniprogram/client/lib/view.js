/**
 * What the chat page shows of the state: plain data for the templates. Pure.
 */
const {clock, day, fileSize} = require('./format');
const {say} = require('./language');
const {formProgress, lastOf, latestTicket, quickReplies} = require('./store');
const {cardOf} = require('./ticket');

const MOST_SHOWN = 200;
const GAP_MS = 5 * 60 * 1000;
const CALLS = ['110', '119', '120', '122'];

/** @param names `{categories, units}` of the city in the language of `t` */
function chatView(state, t, names) {
  const items = state.messages.slice(-MOST_SHOWN).map((message) => itemOf(message, state, t, names));
  const ticket = latestTicket(state);
  const top = banner(state, t);
  const shown = [...items, ...state.unsent.map((entry) => waitingItem(entry, t))];
  return {
    items: shown.map((item, index) => ({...item, time: early(shown[index - 1], item) ? item.time : ''})),
    last: shown.length ? `m${shown[shown.length - 1].key}` : '',
    replies: replies(state, t),
    progress: progress(state, t),
    banner: top,
    typing: typing(state, t),
    opening: state.phase === 'opening' && !shown.length,
    waiting: Boolean(top && top.queue),
    ticket: ticket && ticket.data.ticket.number,
    ticketKey: ticket ? `s${ticket.seq}` : '',
    component: state.component && {...state.component, words: componentWords(state.component, t)},
  };
}

/** "路灯 LD-0001 · 新华街道" */
function componentWords({id, kind, where}, t) {
  const name = t[`kind_${kind}`] || t.kind_other;
  return [`${name} ${id}`, where].filter(Boolean).join(' · ');
}

function itemOf(message, state, t, names) {
  const data = message.data || {};
  const citizen = message.sender === 'citizen';
  const unanswered = citizen && state.unanswered.includes(message.message_id);
  const failed = data.failed && data.failed.message_id;
  return {
    key: `s${message.seq}`,
    side: message.sender,
    name: citizen ? '' : (data.agent && data.agent.name) || t[`sender_${message.sender}`],
    text: message.text,
    file: data.attachment ? fileWords(data.attachment, t) : '',
    at: message.at,
    time: clock(message.at),
    state: unanswered ? t.state_unanswered : '',
    again: unanswered ? message.message_id : failed && !(message.buttons || []).length ? failed : '',
    edit: '',
    alert: Boolean(data.announcement),
    heading: data.announcement ? t.announcement : '',
    foot: footOf(data, t),
    ticket: data.ticket && data.ticket.number ? cardOf(data.ticket, t, names) : null,
    numbers: data.emergency ? callsOf(data.emergency.numbers, t) : [],
    rating: data.rating || null,
  };
}

function waitingItem(entry, t) {
  return {
    key: `u${entry.message_id}`,
    side: 'citizen',
    name: '',
    text: entry.text || entry.title || '',
    file: '',
    at: entry.at,
    time: clock(entry.at),
    state: entry.problem ? t.state_refused : entry.sent ? '' : t.state_waiting,
    again: '',
    edit: entry.problem ? entry.message_id : '',
    pending: !entry.sent,
    alert: false,
    heading: '',
    foot: '',
    ticket: null,
    numbers: [],
    rating: null,
  };
}

const early = (before, item) => !before || new Date(item.at) - new Date(before.at) > GAP_MS;

function footOf(data, t) {
  const known = data.knowledge || {};
  const reviewed = day(known.reviewed_on, t);
  return [
    known.source && say(t.source, {source: known.source}),
    reviewed && say(t.reviewed, {day: reviewed}),
    data.translation && data.translation.machine && t.machine,
  ]
    .filter(Boolean)
    .join(' · ');
}

function fileWords({name, type, size_bytes: size}, t) {
  const kind = t[`file_${String(type || '').split('/')[0]}`] || t.file_image;
  return [kind, name, size && fileSize(size)].filter(Boolean).join(' · ');
}

const callsOf = (numbers, t) =>
  (numbers || []).map((number) => ({number, words: CALLS.includes(number) ? t[`call_${number}`] : t.call}));

/** The bot's buttons; where it asks for the place and a code was scanned, that place first. */
function replies(state, t) {
  const offered = quickReplies(state).map(({title, payload}) => ({title, payload}));
  const form = formProgress(state);
  if (!state.component || !form || form.slot !== 'location') return offered;
  return [{title: componentWords(state.component, t), payload: ''}, ...offered];
}

function progress(state, t) {
  const form = formProgress(state);
  if (!form) return null;
  const share = Math.round((form.step / form.total) * 100);
  return {words: say(t.form_step, form), slot: form.slot ? t[`slot_${form.slot}`] : '', share};
}

/** The one line above the conversation: what is being done for the server, the connection, then who has it. */
function banner(state, t) {
  if (state.proving !== null) return {kind: 'people', words: say(t.proving, {seconds: state.proving})};
  const open = state.unsent.filter((entry) => !entry.sent && !entry.problem).length;
  if (state.phase === 'open' && state.connection !== 'online') {
    const kept = open ? ` ${say(t.kept, {count: open})}` : '';
    return {kind: 'warn', words: t[state.connection] + kept};
  }
  if (state.phase === 'opening' && state.notice === null && open) return {kind: 'warn', words: t.opening_failed};
  if (state.owner === 'queue') return {kind: 'people', words: queueWords(state, t), queue: true};
  if (state.owner === 'agent') return {kind: 'people', words: agentWords(state, t)};
  return null;
}

function queueWords(state, t) {
  const told = lastOf(state.messages, (message) => message.data && message.data.handoff);
  const {queue_position: position, wait_seconds: seconds} = state.place || (told ? told.data.handoff : {});
  return [
    t.owner_queue,
    position && say(t.queue_position, {position}),
    seconds && say(t.queue_wait, {minutes: Math.max(1, Math.round(seconds / 60))}),
  ]
    .filter(Boolean)
    .join(' ');
}

function agentWords(state, t) {
  const told = lastOf(state.messages, (message) => message.data && message.data.agent);
  const agent = state.agent || (told && told.data.agent.name);
  return agent ? say(t.owner_agent_named, {agent}) : t.owner_agent;
}

function typing(state, t) {
  if (state.typing === 'agent') return say(t.typing_agent, {agent: state.agent || t.sender_agent});
  return state.typing ? t.typing : '';
}

/** "照片 · 录音 × 2": what waits to be sent. */
function unsentWords(files, t) {
  if (!files.length) return '';
  const counts = {};
  for (const {kind} of files) counts[kind] = (counts[kind] || 0) + 1;
  const names = Object.keys(counts).map((kind) => {
    const name = t[`file_${kind}`].toLowerCase();
    return counts[kind] > 1 ? `${name} × ${counts[kind]}` : name;
  });
  return say(t.unsent, {files: names.join('\u00a0· ')});
}

module.exports = {chatView, componentWords, unsentWords};
