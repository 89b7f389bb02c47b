/**
 * Ids of messages: random enough never to meet another of the same conversation, which is all they must be.
 */
let counter = 0;

function newId() {
  counter += 1;
  const random = () => Math.random().toString(16).slice(2, 10).padEnd(8, '0');
  return `${Date.now().toString(16)}-${counter.toString(16)}-${random()}${random()}`;
}

module.exports = {newId};
