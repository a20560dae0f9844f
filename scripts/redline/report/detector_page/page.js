import { el } from '../../drawing/static/element.js'
import { decision, loaded, probability } from './ngrams.js'
import { pieces, reasons } from './reasons.js'
import { sentences } from './sentences.js'

const RAISING = 5
const LOWERING = 2
const WAIT = 150 // ms without a key before the text is read
const $ = query => document.querySelector(query)
const percent = share => `${(100 * share).toFixed(1)} %`
const models = await Promise.all(JSON.parse($('#data').textContent).map(loaded))
const [field, list, panel] = ['#text', '#sentences', '#why'].map($)
let waiting = 0

// The sentences of the text, each with its marks, as one list that the arrow keys move in.
function read () {
  const text = field.value
  const counts = models.map(() => 0)
  const lines = [el('p')]
  let before = 0
  for (const [start, end] of sentences(text)) {
    if (text.slice(before, start).includes('\n')) lines.push(el('p'))
    lines.at(-1).append(option(text.slice(start, end), counts), ' ')
    before = end
  }
  for (const line of lines) line.setAttribute('role', 'none')
  list.replaceChildren(...lines)
  const several = options()
  const shown = models.map((model, n) => `${counts[n]} of ${model.noun}`).join(', ')
  $('#count').value = `${several.length} ${several.length === 1 ? 'sentence' : 'sentences'}: ${shown}`
  list.hidden = panel.hidden = $('#next').hidden = !several.length
  if (several.length) pick(several.find(isMarked) ?? several[0])
}

function option (text, counts) {
  const one = el('span', 'one', text)
  one.setAttribute('role', 'option')
  for (const [n, model] of models.entries()) {
    const share = probability(decision(model, text).odds)
    if (share < model.threshold) continue
    counts[n]++
    one.classList.add(`kind${n}`)
    one.append(' ', el('small', `tag kind${n}`, `${model.noun} ${percent(share)}`))
  }
  return one
}

function options () { return [...list.querySelectorAll('.one')] }

function isMarked (one) { return one.querySelector('.tag') !== null }

// The sentence whose reasons are shown; the only one that the tab key reaches.
function pick (one) {
  for (const other of options()) {
    other.setAttribute('aria-selected', other === one)
    other.tabIndex = other === one ? 0 : -1
  }
  $('#reasons').replaceChildren(...models.map((model, n) => because(model, n, one.firstChild.data)))
}

function because (model, n, text) {
  const part = el('section', `kind${n}`)
  const share = probability(decision(model, text).odds)
  const marked = share >= model.threshold
  const title = el('h3', '', `${model.noun}: ${percent(share)}, ${marked ? 'marked' : 'not marked'}`)
  const several = reasons(model, text)
  const raising = several.filter(({ adds }) => adds > 0).slice(0, RAISING)
  const lowering = several.filter(({ adds }) => adds < 0).slice(-LOWERING)
  const most = Math.max(...several.map(({ adds }) => Math.abs(adds)))
  const words = el('ul', 'words')
  words.append(...[...raising, ...lowering].map(one => row(one, most)))
  part.append(title, gauge(share, model.threshold), el('p', 'dim', `Marked from ${percent(model.threshold)}. ${marked ? model.right : model.missed}`), words)
  return part
}

function gauge (share, threshold) {
  const range = el('span', 'range')
  const [filled, limit] = [el('i'), el('b')]
  range.ariaHidden = true
  Object.assign(filled.style, { left: 0, right: `${100 - 100 * share}%` })
  limit.style.left = `${100 * threshold}%`
  range.append(filled, limit)
  return range
}

function row (one, most) {
  const item = el('li')
  const bar = el('i', one.adds < 0 ? 'bar lowers' : 'bar')
  bar.style.width = `${Math.max(2, 100 * Math.abs(one.adds) / most)}%`
  const size = el('span', 'size')
  size.append(bar)
  const number = el('span', 'number', `${one.adds < 0 ? '−' : '+'}${Math.abs(one.adds).toFixed(2)}`)
  item.append(el('b', '', one.word), size, number, el('span', 'dim', pieces(one, 3).join('  ')))
  return item
}

const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }

list.addEventListener('keydown', event => {
  if (!(event.key in MOVES)) return
  event.preventDefault()
  const several = options()
  const place = several.indexOf(document.activeElement) + MOVES[event.key]
  several[Math.min(Math.max(place, 0), several.length - 1)].focus()
})
for (const kind of ['focusin', 'pointerover']) {
  list.addEventListener(kind, event => {
    const one = event.target.closest('.one')
    if (one && one.tabIndex !== 0) pick(one)
  })
}
$('#next').addEventListener('click', () => {
  const several = options()
  const place = several.findIndex(one => one.tabIndex === 0)
  const next = [...several.slice(place + 1), ...several.slice(0, place + 1)].find(isMarked)
  next?.focus()
})
$('#clear').addEventListener('click', () => {
  field.value = ''
  read()
  field.focus()
})
field.addEventListener('input', () => {
  clearTimeout(waiting)
  waiting = setTimeout(read, WAIT)
})
read()
