// Starts the page: the scheme, the list of documents or one of them, and the one place that renders.
import { aside, strange } from './aside.js'
import { $, composing, el, keptIn, notice, number, say, UNKEPT } from './dom.js'
import { taken, watch } from './clock.js'
import { checkKeys, press } from './keys.js'
import { back, choose, comparedOf, session, suggestedOf } from './session.js'
import { summary } from './compare.js'
import { run } from './commands.js'
import { dock } from './dock.js'
import { documents } from './documents.js'
import { lacks } from './done.js'
import { Draft } from './draft.js'
import { draw } from './ink.js'
import { enter, go } from './caret.js'
import { get, REASONS, share } from './server.js'
import { help } from './help.js'
import { history } from './actions.js'
import { learn, scheme } from './scheme.js'
import { finish, listen } from './mouse.js'
import { looks } from './look.js'
import { panel } from './panel.js'
import { point } from './cursor.js'
import { list, queue, state } from './queue.js'
import { arrows } from './rows.js'
import { Store } from './store.js'

const parameters = new URLSearchParams(location.search)
let waiting = false
const shown = {}

// Draws what changed. While a key is handled it waits, so that a key draws once.
function render () {
  if (!session.passage) return
  if (waiting) return
  draw([session.passage, ...session.passages.filter(passage => passage !== session.passage)], looks)
  for (const passage of session.passages) if (passage === session.passage || passage.over.firstChild) point(passage)
  const { passage, store: { progress } } = session
  if (fresh('where', [passage.n, passages(), progress.done])) {
    const done = session.passages.filter(each => state(each) === 'done').length
    $('#where').replaceChildren(el('span', 'opt', 'passage '), `${passage.n} · ${done} of ${session.passages.length} done`)
    queue()
  }
  if (!fresh('what', [passage.n, passage.revision, session.pick, session.mode, session.about, session.layer, session.step?.name, session.link?.role?.name,
    progress.faults[passage.n], progress.done, progress.agreement, session.found?.text, session.store.conflicts.length])) return
  // An answer of the server must not take away what is being typed.
  if (document.activeElement?.tagName !== 'INPUT') dock()
  panel()
  const input = document.activeElement === passage.node && $('.dock input')
  if (input) { input.focus(); input.select() }
}

// Whether something that is shown has changed since it was last shown.
function fresh (name, values) {
  const key = JSON.stringify(values)
  const changed = shown[name] !== key
  shown[name] = key
  return changed
}

const passages = () => session.passages.map(passage => [passage.spans.length, passage.done.size])

const take = passage => passage.take(session.store.state[passage.n], comparedOf(passage), suggestedOf(passage))

function changed (event) {
  const compared = session.passages.filter(passage => !passage.beside && comparedOf(passage)).map(passage => passage.n)
  const suggested = session.passages.filter(passage => suggestedOf(passage).length !== passage.suggested.length).map(passage => passage.n)
  for (const n of new Set([...event.detail, ...compared, ...suggested])) take(session.passages[n])
  if (compared.length) say(summary(session.passages[compared[0]]))
  if (session.store.conflicts.length && session.mode !== 'conflict') {
    Object.assign(session, { mode: 'conflict' })
    say('two windows changed the same value: decide which is right')
  }
  render()
}

const STATUS = {
  saved: () => ['Saved', ''],
  saving: () => ['Saving', 'busy'],
  away: waiting => [`Offline: ${waiting}`, 'away'],
  faulty: waiting => [`Not saved: ${waiting}`, 'away'],
  restarted: waiting => [`Open the new address; ${waiting}`, 'away'],
  unwritable: () => ['Not saved', 'away'],
  refused: () => ['Not saved', 'away']
}

function status () {
  const { status, queue, problem, stopped, keep } = session.store
  const [text, kind] = STATUS[status](`${number(queue.length, 'edit')} ${keptIn(keep)}`)
  const node = $('#save')
  if (node.textContent !== text && kind === 'away') say(text)
  node.textContent = text
  node.className = 'save ' + kind
  notice(...notices(session.store))
  $('#trouble').hidden = !stopped && !keep.strange.length
  $('#trouble').replaceChildren(...stopped ? [`Editing stopped: ${problem ?? 'the server refused an edit'}. Correct this, then load the page again. `] : [])
  if (status === 'refused') $('#trouble').append(aside())
  else if (keep.strange.length) $('#trouble').append('The text was corrected before these edits were saved. ', strange())
  const next = session.then
  if (status === 'saved' && next) { session.then = null; next(); render() }
}

const notices = ({ keep, ignored, fault }) => [
  ...fault ? [fault] : [],
  ...keep.broken ? [UNKEPT] : [],
  ...ignored.length ? [`Labels of layers that are not in the scheme are not shown, and not in your file: ${ignored.join(', ')}. The journal keeps them.`] : []
]

function key (event) {
  finish()
  if (!session.passage || composing(event) || event.target !== session.passage.node) return
  waiting = true
  $('#note').textContent = ''
  try {
    if (press(event)) event.preventDefault()
  } finally {
    waiting = false
    render()
  }
}

async function open (doc, asked) {
  const { status: code, body } = await asked
  if (code !== 200) return refused(REASONS[code] ?? body?.error)
  session.store = new Store(scheme.home, body)
  if (scheme.timed) session.store.taken = taken
  session.date = scheme.documents.find(each => each.doc === doc)?.date
  $('.top h1').textContent = doc.replaceAll('-', ' ')
  document.title = `${doc} · Redline annotate`
  session.passages = body.passages.map((data, n) => new Draft(data, n))
  session.passages.forEach(passage => { take(passage); passage.node.addEventListener('focus', () => { enter(passage); render() }) })
  $('.work').replaceChildren(...session.passages.map(passage => passage.el))
  session.store.addEventListener('change', changed)
  session.store.addEventListener('status', status)
  session.render = render
  go(first(doc), 0)
  render()
  await session.store.adopt()
  status()
}

// The passage in which this window was before, if it is loaded again, or that of the address; else the first that is not done.
function first (doc) {
  const place = `passage/${doc}`
  addEventListener('pagehide', () => sessionStorage.setItem(place, session.passage.n))
  const [{ type }] = performance.getEntriesByType('navigation')
  const [address, before] = [parameters.get('passage'), sessionStorage.getItem(place)]
  const asked = (type === 'reload' ? before ?? address : address ?? before) ?? session.passages.findIndex(lacks)
  return session.passages[asked] ?? session.passages[0]
}

// Nothing is shown that could be saved.
function refused (text) {
  for (const name of ['save', 'undo', 'redo']) $(`#${name}`).hidden = true
  trouble(text)
}

// A field that was typed into is left, which saves its text; the browser asks first, so that there is time for this.
function watchFields () {
  document.addEventListener('input', event => { event.target.dataset.typed = '' })
  addEventListener('beforeunload', event => {
    const field = document.activeElement
    if (!field?.matches('.dock input[data-typed]')) return
    field.blur()
    event.preventDefault()
  })
}

function trouble (text) {
  $('#trouble').hidden = false
  $('#trouble').textContent = text
}

function buttons () {
  for (const turn of ['undo', 'redo']) $(`#${turn}`).onclick = () => { back(); history(turn); render() }
  $('#help').onclick = help
  $('#find').onclick = () => run('find')
  $('#where').onclick = () => list()
  $('.queue').addEventListener('keydown', event => { if (event.key === 'Escape') back() })
  let resizing
  addEventListener('resize', () => { cancelAnimationFrame(resizing); resizing = requestAnimationFrame(render) })
}

async function start () {
  const doc = parameters.get('doc')
  const asked = doc && get(`/api/documents/${encodeURIComponent(doc)}`)
  const { status: code, body } = await get('/api/start')
  if (code !== 200) return refused(REASONS[code] ?? body?.error)
  learn(body)
  share(scheme.home)
  checkKeys()
  choose(parameters.get('layer'))
  listen()
  watchFields()
  if (scheme.timed) watch()
  document.addEventListener('keydown', key)
  for (const host of [$('.dock'), $('.panel')]) arrows(host)
  await (doc ? open(doc, asked) : documents())
  buttons()
  document.documentElement.dataset.ready = Math.round(performance.now())
}

start()
