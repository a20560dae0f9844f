// A box that finds by typing: labels and what keys do, which it takes, and the texts of the guidelines, which it opens at the right.
import { $, button, el } from './dom.js'
import { scheme } from './scheme.js'
import { pageOf } from './server.js'
import { session } from './session.js'

// What can be found: labels first, then the actions `runs`. `text` is the text of the guidelines, `kind` what it is; only a label has
// `label`, only an action `action`.
function entries (runs) {
  const labels = session.layers.flatMap(layer => layer.labels.map(label => entry(layer, 'label', label.name, label.definition, label.title, label.name)))
  return [...labels, ...scheme.keys.filter(row => runs.includes(row.action)).map(keyEntry), ...scheme.layers.flatMap(texts), ...pages()]
}

// The pages about this document, which practice lacks.
function pages () {
  const doc = new URLSearchParams(location.search).get('doc')
  return doc === 'practice' ? [] : [...asking(doc), ...correcting(doc)]
}

function correcting (doc) {
  const text = 'Correct a typo in this document; the spans follow.'
  return [{ kind: 'page', name: 'correct the text', text, href: pageOf('correct', { doc, passage: session.passage.n }), names: ['correct', 'text', 'typo'], all: wordsOf(`correct ${text}`) }]
}

function asking (doc) {
  const layer = scheme.layers.find(each => each.layer === scheme.asked)
  return layer ? [{ ...entry(layer, 'page', 'questions one by one', 'Answer the questions about each sentence of this document.'), href: pageOf('questions', { doc }) }] : []
}

function texts (layer) {
  const numbered = (kind, list) => list.map((text, n) => entry(layer, `${kind} ${n + 1}`, '', text))
  const values = layer.attributes.flatMap(attribute => (attribute.values ?? []).map(value => entry(layer, `value of ${attribute.name}`, value.name, value.definition)))
  return [entry(layer, 'layer', layer.title, layer.definition), ...numbered('question', layer.questions), ...numbered('ruling', layer.rulings),
    ...layer.attributes.map(attribute => entry(layer, 'attribute', attribute.name, attribute.definition)), ...values,
    ...layer.relations.map(relation => entry(layer, 'relation', relation.name, relation.definition))]
}

const entry = (layer, kind, name, text, more = '', label = null) =>
  ({ layer: layer.layer, kind: `${layer.title} · ${kind.replaceAll('_', ' ')}`, name: name.replaceAll('_', ' '), text, label, names: wordsOf(`${name} ${more}`), all: wordsOf(`${name} ${more} ${text} ${layer.title} ${kind}`) })

const keyEntry = ({ action, show, does }) => ({ kind: `key ${show}`, name: action, text: does, action, names: wordsOf(action), all: wordsOf(`${action} ${does} key`) })

const wordsOf = text => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
const begun = (typed, words) => typed.every(part => words.some(word => word.startsWith(part)))

// The entries in which each typed word begins a word; those with all of them in the name are first.
function matching (list, query) {
  const typed = wordsOf(query)
  const found = list.filter(each => begun(typed, each.all))
  return [...found.filter(each => begun(typed, each.names)), ...found.filter(each => !begun(typed, each.names))]
}

// Opens the box; `take` is called with a chosen label or action once the focus is in the text again.
export function palette (take, runs) {
  const dialog = $('#finding')
  const all = entries(runs)
  let shown = [], at = 0, chosen = null
  const input = el('input')
  const list = el('ul')
  const count = el('p', 'dim')
  const close = each => { chosen = each; dialog.close() }

  function mark (to) {
    at = Math.max(0, Math.min(to, shown.length - 1))
    for (const [n, node] of [...list.children].entries()) node.setAttribute('aria-selected', n === at)
    shown.length ? input.setAttribute('aria-activedescendant', `found-${at}`) : input.removeAttribute('aria-activedescendant')
    list.children[at]?.scrollIntoView({ block: 'nearest' })
  }

  function filter () {
    shown = matching(all, input.value)
    list.replaceChildren(...shown.map((each, n) => option(each, n, () => close(each))))
    list.hidden = !shown.length
    input.setAttribute('aria-expanded', shown.length > 0)
    count.textContent = shown.length ? `${shown.length} found` : 'Nothing has these words. Type fewer letters.'
    mark(0)
  }

  set(input, { type: 'text', role: 'combobox', 'aria-label': 'Words of a label or ruling', 'aria-controls': 'found', 'aria-autocomplete': 'list', autocomplete: 'off', spellcheck: 'false' })
  set(list, { id: 'found', role: 'listbox', 'aria-label': 'Found' })
  count.setAttribute('role', 'status')
  input.oninput = filter
  input.onkeydown = event => {
    const way = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 }[event.key]
    if (event.isComposing || event.ctrlKey || event.metaKey || !(way || event.key === 'Enter')) return
    event.preventDefault()
    way ? mark(at + way) : shown[at] && close(shown[at])
  }
  dialog.onclose = () => {
    session.passage.node.focus({ preventScroll: true })
    if (chosen?.href) return location.assign(chosen.href)
    if (chosen?.label || chosen?.action) take(chosen)
    else if (chosen) open(chosen)
    session.render()
  }
  dialog.replaceChildren(heading(() => close(null)), input, count, list)
  dialog.showModal()
  input.focus()
  filter()
}

const set = (node, values) => { for (const [name, value] of Object.entries(values)) node.setAttribute(name, value) }

function heading (close) {
  const node = el('div', 'line')
  const title = el('h2', '', 'Find a label or ruling')
  title.id = 'finding-title'
  const end = button('', 'Close', close)
  end.tabIndex = 0
  node.append(title, end)
  return node
}

function option ({ kind, name, text, label }, n, act) {
  const node = el('li')
  set(node, { id: `found-${n}`, role: 'option' })
  node.append(...name ? [el('b', label ? 'label' : '', name), ' '] : [], el('span', 'dim', kind), el('div', '', text))
  node.onclick = act
  return node
}

function open (each) {
  session.found = each
  document.body.classList.add('open')
  $('#say').textContent = `${each.kind}: ${each.text}`
}
