/**
 * A ticket as its citizen reads it: number, stage, course in plain words, and dates in the city's time. Pure.
 */
const {moment} = require('./format');
const {say} = require('./language');

const STAGES = ['filed', 'accepted', 'working', 'answered', 'closed'];
const STAGE_OF = {
  received: 0,
  pre_checked: 0,
  dispatched: 0,
  returned: 0,
  accepted: 1,
  in_progress: 2,
  extension_asked: 2,
  suspended: 2,
  supervised: 2,
  escalated: 2,
  reopened: 2,
  replied: 3,
  revisit: 3,
  closed: 4,
};

/** @param names `{categories, units}` of the city; what they do not know stays out */
function cardOf(ticket, t, names) {
  const at = STAGE_OF[ticket.status];
  const rows = [
    [t.ticket_status, t[`status_${ticket.status}`]],
    [t.ticket_nature, t[`nature_${ticket.nature}`]],
    [t.ticket_category, names.categories[ticket.category]],
    [t.ticket_unit, names.units[ticket.unit]],
    [t.ticket_accept_by, at === 0 ? cityTime(ticket.accept_by, t) : ''],
    [t.ticket_due_at, at === undefined || at > 2 ? '' : cityTime(ticket.due_at, t)],
  ];
  return {
    number: String(ticket.number),
    shown: String(ticket.number).replace(/^(\d{8})(\d+)$/, '$1 $2'),
    stages: at === undefined ? [] : STAGES.map((stage, index) => ({words: t[`stage_${stage}`], on: index <= at})),
    stage: at === undefined ? '' : t[`stage_${STAGES[at]}`],
    joined: Boolean(ticket.duplicate_of),
    rows: rows.filter(([, value]) => value).map(([label, value]) => ({label, value})),
  };
}

/** A ticket of the list: the card, what it is called, its course (newest first), and what may be done with it. */
function listed(ticket, t, names) {
  const steps = (ticket.steps || []).map(({step, at, text}, key) => ({
    key,
    words: t[`step_${step}`] || t.step_other,
    text: text || '',
    at: moment(at, t),
  }));
  return {
    ...cardOf(ticket, t, names),
    conversation: ticket.conversation_id,
    title: names.categories[ticket.category] || t[`nature_${ticket.nature}`] || t.ticket,
    status: t[`status_${ticket.status}`] || ticket.status,
    open: STAGE_OF[ticket.status] !== 4 && ticket.status !== 'withdrawn',
    next: nextWords(ticket.next, t),
    steps: steps.reverse(),
    urgeable: (ticket.can || []).includes('urge'),
    rateable: (ticket.can || []).includes('rate'),
  };
}

/** "答复期限：2026年12月7日 17:30（北京时间）" */
function nextWords(next, t) {
  if (!next || !next.at) return '';
  return say(t[`next_${next.what}`], {time: cityTime(next.at, t)});
}

function cityTime(iso, t) {
  const time = moment(iso, t);
  return time && say(t.city_time, {time});
}

module.exports = {cardOf, listed};
