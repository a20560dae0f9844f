// What waits for whom, and in which order the documents are listed: the oldest first, or those that models are least sure of.
import { button, el, tell } from './dom.js'
import { get } from './server.js'
import { layerOf, scheme } from './scheme.js'

const queue = { waiting: [], unsure: {} }
const ORDERS = { oldest: 'oldest first', unsure: 'least sure first' }

// Asks the server, which needs a moment for it; then `show` draws the list anew.
export async function watch (show) {
  const { status, body } = await get('/api/queue')
  if (status !== 200) return tell(`It is unknown what waits: ${body?.error ?? 'the server cannot be reached'}`)
  Object.assign(queue, body)
  show()
  document.documentElement.dataset.queue = ''
}

// How unsure models are of a document, the mean over its layers or of the one that is wanted; null where nobody knows.
function unsure (doc, layer) {
  const values = Object.entries(queue.unsure[doc] ?? {}).filter(([name]) => !layer || name === layer).map(([, value]) => value)
  return values.length ? values.reduce((sum, value) => sum + value) / values.length : null
}

export function ordered (parameters) {
  const [genre, layer] = [parameters.get('genre'), parameters.get('layer')]
  const rows = scheme.documents.filter(each => !genre || each.genre === genre)
  rows.sort((one, other) => (one.date ?? '9999') < (other.date ?? '9999') ? -1 : 1)
  return parameters.get('order') === 'unsure' ? rows.sort((one, other) => unsure(other.doc, layer) - unsure(one.doc, layer)) : rows
}

// Who the layers of a document wait for, in words.
export function waits (doc, parameters) {
  const layer = parameters.get('layer')
  const rows = queue.waiting.filter(each => each.doc === doc && (!layer || each.layer === layer))
  const parts = [...Map.groupBy(rows, each => each.whom)].map(([whom, all]) => `${named(whom)}: ${all.map(each => layerOf(each.layer).title.toLowerCase()).join(', ')}`)
  const value = unsure(doc, layer)
  return [parts.length ? `waits for ${parts.join('; ')}` : '', value === null ? '' : `models unsure ${value.toFixed(2)}`].filter(Boolean).join(' · ')
}

const named = whom => whom === scheme.rater ? 'you' : whom

export function controls (parameters, show) {
  const set = (name, value) => {
    if (value) parameters.set(name, value)
    else parameters.delete(name)
    history.replaceState(null, '', `?${parameters}`)
    show()
  }
  return [orders(parameters, set), ...Object.entries(kinds()).map(([name, pairs]) => select(name, pairs, parameters, set))]
}

// What the list can be limited to: the values of each parameter, with their names.
const kinds = () => ({
  genre: [...new Set(scheme.documents.map(each => each.genre))].sort().map(name => [name, name]),
  layer: scheme.layers.map(layer => [layer.layer, layer.title])
})

// The parameters of the address without values that nothing has.
export function chosen () {
  const parameters = new URLSearchParams(location.search)
  for (const [name, pairs] of Object.entries(kinds())) if (!pairs.some(([value]) => value === parameters.get(name))) parameters.delete(name)
  return parameters
}

function orders (parameters, set) {
  const group = el('div', 'vals')
  group.setAttribute('role', 'group')
  group.setAttribute('aria-label', 'Order')
  const known = Object.keys(queue.unsure).length > 0
  for (const [name, text] of Object.entries(ORDERS)) {
    if (name === 'unsure' && !known) continue
    const node = button('', text, () => { set('order', name); document.querySelector(`[data-order=${name}]`).focus() })
    node.tabIndex = 0
    node.dataset.order = name
    node.setAttribute('aria-pressed', (parameters.get('order') ?? 'oldest') === name)
    group.append(node)
  }
  return group
}

function select (name, pairs, parameters, set) {
  const [label, node] = [el('label', 'dim', `${name} `), el('select')]
  for (const [value, text] of [['', 'all'], ...pairs]) node.append(Object.assign(el('option', '', text), { value }))
  node.value = parameters.get(name) ?? ''
  node.name = name
  node.onchange = () => { set(name, node.value); document.querySelector(`select[name=${name}]`).focus() }
  label.append(node)
  return label
}
