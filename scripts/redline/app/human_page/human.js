// Starts the page on which a person checks sentences: takes keys, and saves each answer before the next sentence is shown.
import { $, composing, digit, letter } from './dom.js'
import { get, post } from './server.js'
import { Asking } from './asking.js'
import { definitions, said, show } from './show.js'

const session = { asking: null, start: null, channel: null, note: '', waiting: null }

const WAITS = { 0: 'Offline: your answer waits', 507: 'Not saved: it is tried again' }
const STOPS = { 401: 'This address is of an earlier run. Open the one that the command printed.', 422: 'The server refused the answer. Load the page again.' }

function render () {
  show(session.asking, session.start, { note: session.note, press, ready: !session.waiting })
}

function status (text, kind = '') {
  $('#save').textContent = text
  $('#save').className = `save ${kind}`
}

function trouble (text) {
  $('#trouble').hidden = !text
  $('#trouble').textContent = text
}

// While an answer is on its way no key means anything: nobody answers a sentence that is not shown yet.
function press (key) {
  if (session.waiting) return true
  const meant = session.asking.press(key)
  if (!meant) return false
  session.note = ''
  if (meant !== true) save(meant)
  render()
  $('.work').focus({ preventScroll: true })
  return true
}

function key (event) {
  const active = document.activeElement
  if (composing(event) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
  if (!active?.closest('.work, .dock') || (active.tagName === 'BUTTON' && event.key === 'Enter')) return
  const name = event.key === 'Enter' ? 'Enter' : String(digit(event) ?? letter(event))
  if (press(name)) event.preventDefault()
}

async function save (answer) {
  const { asking } = session
  const { place } = asking
  session.waiting = answer
  status('Saving', 'busy')
  const reply = await kept({ place, before: asking.answers[place], answer })
  if (!reply) return
  session.waiting = null
  asking.answers = reply.body
  status('Saved')
  trouble('')
  if (reply.status === 200) asking.next()
  else overtaken(place)
  session.channel.postMessage(reply.body)
  render()
}

// The server's reply, once it has the answer or another one; nothing where it never will.
async function kept (given, seconds = 1) {
  const reply = await post('/api/answers', given)
  if (reply.status === 200 || reply.status === 409) return reply
  status('Not saved', 'away')
  trouble(STOPS[reply.status] ?? reply.body?.error ?? WAITS[0])
  if (STOPS[reply.status]) return null
  await new Promise(done => setTimeout(done, seconds * 1000))
  return kept(given, Math.min(30, seconds * 2))
}

function overtaken (place) {
  const { asking, start } = session
  session.note = `Another window answered this: ${said(asking.answers[place], start.acts)}.`
  asking.to(place)
}

// What another window saved. Where it is the sentence of this one, its question begins anew.
function heard ({ data }) {
  const { asking, waiting } = session
  const place = asking.place
  const here = !waiting && data[place] && JSON.stringify(data[place]) !== JSON.stringify(asking.answers[place])
  if (!waiting) asking.answers = data
  if (here) overtaken(place)
  render()
}

async function start () {
  const { status: code, body } = await get('/api/start')
  if (code !== 200) return trouble(STOPS[code] ?? body?.error ?? 'The server cannot be reached.')
  session.start = body
  session.asking = new Asking(body.words, body.answers, Object.entries(body.acts))
  session.channel = new BroadcastChannel(`redline/human-check/${body.name}`)
  session.channel.onmessage = heard
  $('.name').textContent = body.name
  definitions(body)
  document.addEventListener('keydown', key)
  document.addEventListener('click', () => { if (document.activeElement === document.body) $('.work').focus({ preventScroll: true }) })
  addEventListener('beforeunload', event => { if (session.waiting) event.preventDefault() })
  render()
  $('.work').focus({ preventScroll: true })
  document.documentElement.dataset.ready = ''
}

start()
