// Starts the adjudicator's page: the list of documents or one of them, its keys, and the one place that renders.
import { $, button, composing, el, keptIn, notice, number, say, tell, UNKEPT } from './dom.js'
import { dock } from './choices.js'
import { draw } from './ink.js'
import { Draft } from './draft.js'
import { enter } from './caret.js'
import { get, REASONS } from './server.js'
import { idle } from './reading.js'
import { learn, scheme } from './scheme.js'
import { differenceOf, looks } from './shown.js'
import { finish, listen } from './mouse.js'
import { panel } from './precedents.js'
import { help, pressed } from './orders.js'
import { point } from './cursor.js'
import { arrows } from './rows.js'
import { Sender } from './sender.js'
import { session } from './session.js'
import { waiting } from './waiting.js'
import * as deciding from './deciding.js'
import { atHand, decisionOf, differences, openOnes, table } from './table.js'

const parameters = new URLSearchParams(location.search)
let busy = false

// Draws all. While a key is handled it waits, so that a key draws once.
function render () {
  if (!session.passage || busy) return
  deciding.settled()
  draw([session.passage, ...session.passages.filter(passage => passage !== session.passage)], looks)
  for (const passage of session.passages) if (passage === session.passage || passage.over.firstChild) point(passage)
  $('.where').replaceChildren(el('span', 'opt', 'differences '), `${openOnes().length} of ${differences().length} open`)
  queue()
  if (document.activeElement?.tagName !== 'INPUT') dock()
  panel()
  const input = document.activeElement === session.passage.node && $('.dock input')
  if (input) { input.focus(); input.select() }
}

function queue () {
  const list = el('ol')
  list.append(...session.passages.map(passage => {
    const own = differences().filter(difference => difference.passage === passage.n)
    const open = own.filter(difference => !decisionOf(difference))
    const node = button('', '', () => { if (own.length) deciding.visit(open[0] ?? own[0]); render() })
    node.tabIndex = 0
    node.disabled = !own.length
    node.append(el('b', '', String(passage.n)), el('span', '', passage.text.slice(0, 80)), el('i', `pie ${!open.length ? 'done' : open.length < own.length ? 'part' : ''}`))
    node.append(el('span', 'sr', `, ${own.length ? `${open.length} of ${own.length} differences open` : 'no difference'}`))
    if (passage.n === atHand()?.passage) node.setAttribute('aria-current', 'true')
    const item = el('li')
    item.append(node)
    return item
  }))
  $('.queue').replaceChildren(el('h2', '', 'Passages'), list)
}

const STATUS = {
  saved: () => ['Saved', ''],
  saving: () => ['Saving', 'busy'],
  asking: () => ['Not saved: decide which stands', 'away'],
  away: waiting => [`Offline: ${waiting}`, 'away'],
  faulty: waiting => [`Not saved: ${waiting}`, 'away'],
  blind: () => ['Not saved: a rater works again', 'away'],
  restarted: waiting => [`Open the new address; ${waiting}`, 'away']
}

function status () {
  const { status, queue, problem, keep } = table.sender
  const [text, kind] = STATUS[status](`${number(queue.length, 'decision')} ${keptIn(keep)}`)
  const node = $('#save')
  if (node.textContent !== text && kind === 'away') say(`${text} ${problem}`)
  Object.assign(node, { textContent: text, className: 'save ' + kind, title: problem })
  notice(...problem && status !== 'saved' ? [problem] : [], ...keep.broken ? [UNKEPT] : [])
  if (status === 'asking') { say('another window decided this meanwhile: which stands?'); render() }
}

// The server refused a decision: its difference comes back with what was chosen.
function refused ({ detail: { entry, problem } }) {
  const difference = differences().find(difference => difference.id === entry.id)
  if (!difference) return tell(problem)
  table.made = table.made.filter(({ id }) => id !== entry.id)
  deciding.visit(difference)
  Object.assign(table, { take: entry.take, note: entry.note ?? '' })
  tell(`not saved: ${problem}`)
  render()
}

function changed () {
  table.state = table.sender.state
  table.at = Math.min(table.at, Math.max(0, differences().length - 1))
  deciding.refresh()
  render()
}

function key (event) {
  finish()
  if (!session.passage || composing(event) || event.target !== session.passage.node) return
  busy = true
  $('#note').textContent = ''
  try {
    if (pressed(event)) event.preventDefault()
  } finally {
    busy = false
    render()
  }
}

// A press on a tag goes to its difference; on a reading of the one at hand it takes it.
function clicked (event) {
  const mark = event.target.closest?.('.u, .tag')
  const passage = mark && !table.reading && session.passages.find(passage => passage.ink.contains(mark))
  if (!passage) return
  const { difference, rater } = differenceOf(passage, mark.dataset.id)
  session.pick = null
  if (!difference) tell('the raters agree on this span')
  else if (difference !== atHand()) deciding.visit(difference)
  else if (difference.kind === 'span' && rater && difference.readings[rater]) deciding.choose(rater)
  render()
}

async function open (doc) {
  const { status: code, body } = await get(`/api/documents/${encodeURIComponent(doc)}`)
  if (code !== 200) return trouble(REASONS[code] ?? body?.error ?? 'the document cannot be opened')
  Object.assign(table, { doc, raters: body.raters, comments: body.comments, state: body, sender: new Sender(scheme.rater, body) })
  $('.top h1').textContent = doc.replaceAll('-', ' ')
  session.date = body.date
  session.passages = body.passages.map((data, n) => new Draft(data, n))
  session.store = idle(session.passages)
  session.layers = scheme.layers
  session.layer = scheme.layers[0].layer
  session.visible = new Set(scheme.layers.map(layer => layer.layer))
  session.passages.forEach(passage => passage.node.addEventListener('focus', () => { enter(passage); render() }))
  $('.work').replaceChildren(...session.passages.map(passage => passage.el))
  for (const [name, act] of [['change', changed], ['status', status], ['refused', refused]]) table.sender.addEventListener(name, act)
  session.render = render
  enter(session.passages[0])
  deciding.refresh()
  if (atHand()) deciding.visit(openOnes()[0] ?? atHand())
  else session.passages[0].node.focus()
  render()
  await table.sender.adopt()
  status()
}

function trouble (text) {
  $('#trouble').hidden = false
  $('#trouble').textContent = text
}

function buttons () {
  $('#undo').onclick = () => { deciding.undo(); render() }
  $('#help').onclick = help
  let resizing
  addEventListener('resize', () => { cancelAnimationFrame(resizing); resizing = requestAnimationFrame(render) })
}

async function start () {
  const { status: code, body } = await get('/api/start')
  if (code !== 200) return trouble(REASONS[code] ?? body?.error)
  learn(body)
  listen()
  document.addEventListener('keydown', key)
  document.addEventListener('click', clicked)
  for (const host of [$('.dock'), $('.panel')]) arrows(host)
  const doc = parameters.get('doc')
  await (doc ? open(doc) : waiting())
  buttons()
  document.documentElement.dataset.ready = Math.round(performance.now())
}

start()
