// Shows what a text contains: encoding, line ends, hidden characters, similar documents, and a tick box for each repair.
import { $, el, number } from './dom.js'

const percent = value => `${Math.round(value * 100)} %`
const counted = counts => Object.entries(counts).map(([name, count]) => `${count} × ${name}`)

// `body` is the answer of the server: nothing without a text, an error where it cannot be read. `again` asks anew after a tick.
export function found (body, repairs, again) {
  const known = 'encoding' in body
  $('#found').replaceChildren(...known ? facts(body).flatMap(fact) : [])
  $('#refusal').textContent = body.refusal ?? body.error ?? ''
  boxes(body.repairs ?? [], repairs, again)
  $('#result').hidden = !known
  $('#result ol').replaceChildren(...(body.passages ?? []).map(text => Object.assign(el('li', '', text), { dir: 'auto' })))
}

// Name, sentences, and whether a person should look.
function facts ({ encoding, line_ends: ends, hidden, passages, sentences, problems, alike }) {
  const similar = alike.map(each => `${each.other}: ${percent(each.resemblance)} of the five-word runs of both, ${percent(each.containment)} of the shorter one`)
  return [
    ['Encoding', [encoding], encoding !== 'UTF-8'],
    ['Line ends', counted(ends).length ? counted(ends) : ['none'], 'CRLF' in ends || 'CR' in ends],
    ['Hidden characters', counted(hidden).length ? counted(hidden) : ['none'], counted(hidden).length > 0],
    ['Passages', [`${passages.length}, with ${number(sentences, 'sentence')}`], false],
    ['Similar documents', similar.length ? similar : ['none'], similar.length > 0],
    ['Problems', problems.length ? problems : ['none'], problems.length > 0]
  ]
}

function fact ([name, values, warn]) {
  const node = el('dd', warn ? 'warn' : '')
  node.append(...values.map(text => el('div', '', text)))
  return [el('dt', '', name), node]
}

// The boxes stay the same elements while the offers do, so that a tick keeps the focus.
function boxes (offers, repairs, again) {
  const [part, list] = [$('#repairs'), $('#repairs div')]
  part.hidden = !offers.length
  const key = JSON.stringify(offers)
  if (list.dataset.key !== key) list.replaceChildren(...offers.map(offer => box(offer, repairs, again)))
  list.dataset.key = key
  for (const input of list.querySelectorAll('input')) input.checked = repairs.has(input.dataset.repair)
}

function box ({ repair, does }, repairs, again) {
  const [label, input] = [el('label'), el('input')]
  input.type = 'checkbox'
  input.dataset.repair = repair // without a name, because it is no field of the form
  input.onchange = () => {
    if (input.checked) repairs.add(repair)
    else repairs.delete(repair)
    again()
  }
  label.append(input, does)
  return label
}
