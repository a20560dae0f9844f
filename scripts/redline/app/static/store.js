// The document's state and the way of an edit: into this window, into IndexedDB, to the server, and only then "Saved".
import { apply, clone, replay, withMine } from './merge.js'
import { Keep } from './keep.js'
import { post, REASONS } from './server.js'

const letters = count => Array.from(crypto.getRandomValues(new Uint8Array(count)), byte => 'abcdefghijklmnopqrstuvwxyz'[byte % 26]).join('')
export const freshId = () => 's' + letters(5)

export class Store extends EventTarget {
  constructor (home, document) {
    super()
    this.doc = document.doc
    this.tab = letters(8)
    this.text = document.text
    this.keep = new Keep(home, this.doc, this.tab, this.text)
    this.base = document.state
    this.state = clone(document.state)
    this.version = document.version
    Object.assign(this, { queue: [], conflicts: [], undone: [], made: [], count: 0, wait: 1, status: 'saved', problem: '', fault: '' })
    this.progress = document
    this.ignored = document.ignored
    this.taken = () => 0   // how long the rater worked on a passage since the last edit of it
    this.channel = new BroadcastChannel(`redline/${home}/${this.doc}`)
    this.channel.onmessage = ({ data }) => { if (data > this.version) this.sync(true) }
    for (const name of ['token', 'online', 'focus']) addEventListener(name, () => { if (this.waits) this.sync(true) })
  }

  // Edits that another window could not send any more come first. The answer of the server lists which of them it has already.
  adopt () {
    return this.keep.adopt(async adopted => {
      while (this.busy) await new Promise(done => setTimeout(done, 20))
      const mine = new Set(this.queue.map(edit => edit.key))
      this.queue = [...adopted.filter(edit => !mine.has(edit.key)), ...this.queue]
      this.version = 0
      for (const edit of this.queue) apply(this.state, edit)
      await this.keep.put(this.queue)
      this.changed(this.queue.map(edit => edit.passage))
      this.sync()
    })
  }

  get waits () { return ['away', 'restarted', 'faulty'].includes(this.status) }
  get stopped () { return ['unwritable', 'refused'].includes(this.status) }

  // `changes` are [item, value or null]; `what` names the edit for undo.
  edit (passage, changes, what) {
    const edits = this.made_of(passage, changes)
    if (!edits.length || this.stopped) return false
    this.made.push({ passage, what, back: edits.map(edit => [edit.item, edit.before]).reverse() })
    this.undone = []
    this.push(edits)
    return true
  }

  made_of (passage, changes) {
    return changes.map(([item, after]) => ({
      key: `${this.tab}-${this.count++}`, passage, item, before: clone(this.state[passage][item] ?? null), after: clone(after)
    })).filter(edit => JSON.stringify(edit.before) !== JSON.stringify(edit.after))
  }

  push (edits) {
    const seconds = this.taken(edits[0].passage)
    if (seconds) edits[0].seconds = seconds
    for (const edit of edits) apply(this.state, edit)
    this.queue.push(...edits)
    if (this.status === 'saved') this.show('saving')
    this.changed(edits.map(edit => edit.passage))
    this.keep.put(this.queue).then(() => this.sync())
  }

  // Undo is a new edit. The passage and the name of what was undone, or null.
  turn (from, to) {
    const last = this[from].pop()
    if (!last || this.stopped) return null
    const edits = this.made_of(last.passage, last.back)
    this[to].push({ ...last, back: edits.map(edit => [edit.item, edit.before]).reverse() })
    if (edits.length) this.push(edits)
    return last
  }

  undo () { return this.turn('made', 'undone') }
  redo () { return this.turn('undone', 'made') }

  async sync (pull = false) {
    if (this.busy) { this.again = true; return }
    if (!this.queue.length && !pull) { this.show('saved'); return }
    this.busy = true
    this.show('saving')
    const sent = [...this.queue]
    const answer = await post(`/api/documents/${this.doc}/edits`, { base: this.version, edits: sent, text: this.text })
    this.busy = false
    if (answer.status === 200) await this.saved(sent, answer.body)
    else if (answer.status === 409) await this.overtaken(answer.body)
    else this.failed(answer)
    if (this.again && answer.status !== 0) { this.again = false; this.sync() }
  }

  async saved (sent, body) {
    for (const edit of sent) apply(this.base, edit)
    const keys = new Set(sent.map(edit => edit.key))
    this.queue = this.queue.filter(edit => !keys.has(edit.key))
    this.version = body.version
    this.progress = body
    this.wait = 1
    this.fault = ''
    await this.keep.put(this.queue)
    if (sent.length) this.channel.postMessage(this.version)
    this.show(this.queue.length ? 'saving' : 'saved')
    this.changed([])
    if (this.queue.length) this.sync()
  }

  async overtaken (body) {
    const { queue, conflicts, state } = replay(this.queue, body.edits, this.base)
    Object.assign(this, { queue, state, version: body.version })
    this.conflicts.push(...conflicts)
    await this.keep.put(queue)
    this.changed(this.state.map((_, passage) => passage))
    await this.sync(true)
  }

  failed (answer) {
    if ([404, 422, 507].includes(answer.status)) return this.show(answer.status === 507 ? 'unwritable' : 'refused', answer.body?.error)
    this.fault = answer.status === 500 ? REASONS[500] : ''
    this.show(answer.status === 401 ? 'restarted' : this.fault ? 'faulty' : 'away')
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.sync(true), this.wait * 1000)
    this.wait = Math.min(30, this.wait * 2)
  }

  // What was decided about the first conflict: my value is a new edit, theirs is the value already.
  settle (mine) {
    const conflict = this.conflicts.shift()
    const now = this.state[conflict.passage][conflict.item]
    if (mine) this.edit(conflict.passage, [[conflict.item, withMine(now, conflict)]], 'settle a conflict')
    else this.changed([conflict.passage])
  }

  show (status, problem = '') {
    Object.assign(this, { status, problem })
    this.dispatchEvent(new Event('status'))
  }

  changed (passages) { this.dispatchEvent(new CustomEvent('change', { detail: passages })) }
}
