// The way of a decision: into this window, into IndexedDB, to the server, and only then "Saved". One after the other.
import { Keep } from './keep.js'
import { scheme } from './scheme.js'
import { get, post, REASONS } from './server.js'

// Two decisions are the same where they take the same for the same reason; a reading is known by its words.
const plain = take => take && typeof take === 'object' ? [take.quote, take.label, take.attributes, take.value] : take
const parts = ({ take, reason, note }) => JSON.stringify([plain(take), reason, note ?? ''])
const same = (one, other) => one && other ? parts(one) === parts(other) : !one && !other

export class Sender extends EventTarget {
  constructor (by, state) {
    super()
    Object.assign(this, { by, state, doc: state.doc, queue: [], conflict: null, status: 'saved', problem: '', wait: 1, busy: false })
    this.tab = crypto.randomUUID()
    this.keep = new Keep(`adjudicate ${scheme.home}`, this.doc, this.tab)
    this.channel = new BroadcastChannel(`redline/adjudicate/${this.doc}`)
    this.channel.onmessage = ({ data }) => { if (data !== this.state.version && !this.queue.length) this.refresh() }
  }

  adopt () { return this.keep.adopt(async entries => { this.queue.push(...entries); await this.kept(); this.run() }) }

  // The decision on a difference as this window has it: the last one that waits, or the saved one.
  decision (difference) {
    const waiting = this.queue.findLast(entry => entry.id === difference.id)
    if (!waiting) return difference.decision
    return 'back' in waiting ? waiting.back : { ...waiting, by: this.by }
  }

  saved (id) { return this.state.differences.find(difference => difference.id === id)?.decision ?? null }

  // `entry` is { id, take, reason, note } or { id, back }; `before` is what this window showed, so that nobody's decision is overwritten unseen.
  push (entry, before) {
    this.queue.push({ ...entry, before })
    this.show('saving')
    this.kept().then(() => this.run())
  }

  // Takes a decision back that is not on its way yet; whether it was one.
  recall (id) {
    const at = this.queue.findLastIndex(entry => entry.id === id)
    if (at < (this.busy ? 1 : 0)) return false
    this.queue.splice(at, 1)
    this.kept()
    return true
  }

  kept () { return this.keep.put(this.queue) }

  async run () {
    if (this.busy || this.conflict) return
    if (!this.queue.length) return this.show('saved')
    const [entry] = this.queue
    if (!this.due(entry)) return
    this.busy = true
    this.show('saving')
    const { id, take, reason, note } = entry
    const answer = 'back' in entry
      ? await post(this.path('back'), { base: this.state.version, id, before: entry.back })
      : await post(this.path('decisions'), { base: this.state.version, id, take, reason, note })
    this.busy = false
    if (answer.status === 200) await this.done(answer.body)
    else if (answer.status === 409) this.take(answer.body)
    else if (answer.status === 422) return this.refused(entry, answer.body.error)
    else return this.failed(answer)
    this.run()
  }

  // Whether an entry is to be sent: not where it is saved already, and not where another decision was saved meanwhile.
  due (entry) {
    const now = this.saved(entry.id)
    if ('back' in entry ? same(now, entry.back) : now?.by === this.by && same(now, entry)) {
      this.next().then(() => this.run())
      return false
    }
    if (same(now, entry.before)) return true
    this.conflict = { entry, theirs: now }
    this.show('asking')
    return false
  }

  // What was decided about a conflict: my entry replaces theirs, or goes.
  async settle (mine) {
    const { entry, theirs } = this.conflict
    this.conflict = null
    if (mine) entry.before = theirs
    else await this.next()
    this.run()
  }

  async done (body) {
    this.wait = 1
    this.problem = ''
    this.take(body)
    await this.next()
    this.channel.postMessage(this.state.version)
  }

  async next () {
    this.queue.shift()
    await this.kept()
    this.changed()
  }

  take (body) {
    this.state = { ...this.state, ...body }
    this.changed()
  }

  async refused (entry, problem) {
    await this.next()
    this.dispatchEvent(new CustomEvent('refused', { detail: { entry, problem } }))
    this.run()
  }

  failed (answer) {
    this.problem = answer.body?.error ?? (answer.status === 500 ? REASONS[500] : '')
    this.show({ 401: 'restarted', 403: 'blind', 500: 'faulty', 507: 'faulty' }[answer.status] ?? 'away')
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.run(), this.wait * 1000)
    this.wait = Math.min(30, this.wait * 2)
  }

  // Whether all is saved once the decisions that are on their way have arrived.
  async settled () {
    while (this.status === 'saving') await new Promise(done => this.addEventListener('status', done, { once: true }))
    return this.status === 'saved'
  }

  // Makes gold of what is saved; what the rules find in it, or null.
  async gold () {
    const answer = await post(this.path('gold'), { base: this.state.version })
    if (answer.status === 200 || answer.status === 409) this.take(answer.body)
    return answer.status === 200 ? { found: answer.body.found } : { problem: answer.body?.error ?? (answer.status === 409 ? 'another decision was saved meanwhile' : 'the server is away') }
  }

  async refresh () {
    const { status, body } = await get(`/api/documents/${this.doc}`)
    if (status === 200 && !this.queue.length) this.take(body)
  }

  path (what) { return `/api/documents/${this.doc}/${what}` }

  show (status) {
    this.status = status
    this.dispatchEvent(new Event('status'))
  }

  changed () { this.dispatchEvent(new Event('change')) }
}
