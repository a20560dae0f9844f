// What the pages that ask have in common: keys, each answer saved before anything else is asked, and the answers of other windows.
import { $, composing, digit, letter } from './dom.js'
import { get, post, REASONS } from './server.js'

const WAITS = { 0: 'Offline: your answer waits', 500: REASONS[500] }
const STOPS = { 401: REASONS[401], 404: 'There is no such document.', 422: 'The server refused the answer. Load the page again.' }
const NAMED = ['Enter', 'Backspace', 'ArrowLeft', 'ArrowRight']

function status (text, kind = '') {
  $('#save').textContent = text
  $('#save').className = `save ${kind}`
}

function trouble (text) {
  $('#trouble').hidden = !text
  $('#trouble').textContent = text
}

// What the page begins with; nothing where the server refuses, and the page shows why.
export async function begun (path) {
  const { status: code, body } = await get(path)
  if (code === 200) return body
  trouble(STOPS[code] ?? body?.error ?? REASONS[code] ?? REASONS[0])
  return null
}

// `asking` is what is asked: `press(key)` gives an answer, or whether the key has a meaning; `sent(answer)` is the body of the request
// to `path`; `saved()` goes on. `said` puts an answer into words. `draw` shows the page with a note; while an answer is on its way it is not ready.
export class Answering {
  constructor (asking, { path, channel, said, draw }) {
    Object.assign(this, { asking, path, said, draw, note: '', waiting: null, press: this.press.bind(this) })
    this.channel = new BroadcastChannel(channel)
  }

  start () {
    this.channel.onmessage = event => this.heard(event.data)
    document.addEventListener('keydown', event => this.key(event))
    document.addEventListener('click', () => { if (document.activeElement === document.body) this.focus() })
    addEventListener('beforeunload', event => { if (this.waiting) event.preventDefault() })
    this.render()
    this.focus()
    document.documentElement.dataset.ready = ''
  }

  focus () { $('.work').focus({ preventScroll: true }) }
  render () { this.draw({ note: this.note, press: this.press, ready: !this.waiting }) }

  // While an answer is on its way no key means anything: nobody answers what is not shown yet.
  press (key) {
    if (this.waiting) return true
    const meant = this.asking.press(key)
    if (!meant) return false
    this.note = ''
    if (meant !== true) this.save(meant)
    this.render()
    this.focus()
    return true
  }

  key (event) {
    const active = document.activeElement
    if (composing(event) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
    if (!active?.closest('.work, .dock') || (active.tagName === 'BUTTON' && event.key === 'Enter')) return
    const name = NAMED.includes(event.key) ? event.key : String(digit(event) ?? letter(event))
    if (this.press(name)) event.preventDefault()
  }

  async save (answer) {
    const { asking } = this
    const { place } = asking
    this.waiting = answer
    status('Saving', 'busy')
    const reply = await this.kept(asking.sent(answer))
    if (!reply) return
    this.waiting = null
    asking.answers = reply.body
    status('Saved')
    trouble('')
    if (reply.status === 200) asking.saved()
    else this.overtaken(place)
    this.channel.postMessage(reply.body)
    this.render()
  }

  // The server's reply, once it has the answer or another one; nothing where it never will.
  async kept (sent, seconds = 1) {
    const reply = await post(this.path, sent)
    if (reply.status === 200 || reply.status === 409) return reply
    status('Not saved', 'away')
    trouble(STOPS[reply.status] ?? reply.body?.error ?? WAITS[reply.status] ?? WAITS[0])
    if (STOPS[reply.status] && reply.status !== 401) return null
    await (reply.status === 401 ? new Promise(done => addEventListener('token', done, { once: true })) : new Promise(done => setTimeout(done, seconds * 1000)))
    return this.kept(sent, Math.min(30, seconds * 2))
  }

  overtaken (place) {
    this.note = `Another window answered this: ${this.said(this.asking.answers[place])}.`
    this.asking.to(place)
  }

  // What another window saved. Where it is the sentence of this one, its question begins anew.
  heard (answers) {
    const { asking, waiting } = this
    const { place } = asking
    const here = !waiting && JSON.stringify(answers[place]) !== JSON.stringify(asking.answers[place])
    if (!waiting) asking.answers = answers
    if (here) this.overtaken(place)
    this.render()
  }
}
