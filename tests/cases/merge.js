// Three windows, one journal: random edits, lost answers and late ones. What must hold is counted in `bad`.
async ({ runs, seed }) => {
  const { apply, clone, replay, same } = await import('/merge.js')
  const draw = count => { // mulberry32
    seed = (seed + 0x6D2B79F5) | 0
    let x = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) % count
  }
  const value = (items, item) => items[item] ?? null
  class Server { // what Draft.commit does
    constructor () { this.journal = []; this.keys = new Set() }
    post (base, edits) {
      const sent = new Set(edits.map(edit => edit.key))
      const since = this.journal.slice(base)
      if (since.some(edit => !sent.has(edit.key))) return { status: 409, version: this.journal.length, edits: clone(since) }
      for (const edit of edits) if (!this.keys.has(edit.key)) { this.journal.push(clone(edit)); this.keys.add(edit.key) }
      return { status: 200, version: this.journal.length }
    }
  }
  class Tab {
    constructor (name, server) { Object.assign(this, { name, server, count: 0, version: 0, base: [{}], state: [{}], queue: [], made: [], conflicts: [], ended: new Set() }) }
    edit (item, after) {
      const edit = { key: this.name + this.count++, passage: 0, item, before: clone(value(this.state[0], item)), after }
      if (same(edit.before, after)) return
      this.queue.push(edit); this.made.push(edit.key); apply(this.state, edit)
    }
    sync (lost) {
      const answer = this.server.post(this.version, this.queue)
      if (lost) return
      if (answer.status === 200) { for (const edit of this.queue) apply(this.base, edit); this.queue = []; this.version = answer.version; return }
      const before = this.queue
      const { queue, conflicts, state } = replay(before, answer.edits, this.base)
      const kept = new Set(queue.map(edit => edit.key))
      for (const edit of before) if (!kept.has(edit.key)) this.ended.add(edit.key)
      Object.assign(this, { queue, state, version: answer.version })
      this.conflicts.push(...conflicts)
    }
  }
  const text = state => JSON.stringify(Object.entries(state[0]).sort(), (_, v) => v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v)
  const span = id => ({ id, layer: 'l', label: 'L' + draw(3), start: draw(9), end: 10 + draw(9), text: 't', attributes: { x: 'v' + draw(3), y: draw(2) === 1 } })
  const bad = []
  let [edits, conflicts] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const server = new Server()
    const tabs = ['a', 'b', 'c'].map(name => new Tab(name, server))
    for (let i = 0; i < 24; i++) {
      const tab = tabs[draw(3)]
      const [what, items] = [draw(10), Object.keys(tab.state[0])]
      const item = items[draw(Math.max(1, items.length))]
      if (what < 2) tab.edit(`span:${tab.name}${i}`, span(tab.name + i))
      else if (what < 6 && item) {
        const after = clone(tab.state[0][item])
        ;[() => { after.label = 'L' + draw(3) }, () => { after.attributes.x = 'v' + draw(3) }, () => { delete after.attributes.y }, () => { after.end++ }][draw(4)]()
        tab.edit(item, after)
      } else if (what === 6 && item) tab.edit(item, null)
      else tab.sync(draw(4) === 0)
    }
    for (let i = 0; i < 12; i++) for (const tab of tabs) tab.sync(false)
    const keys = server.journal.map(edit => edit.key)
    const truth = [{}]
    for (const edit of server.journal) {
      if (!same(value(truth[0], edit.item), edit.before)) bad.push(`${run}: ${edit.key} was made on something else`)
      apply(truth, edit)
    }
    if (new Set(keys).size !== keys.length) bad.push(`${run}: an edit is there twice`)
    for (const tab of tabs) {
      if (text(tab.state) !== text(truth) || tab.queue.length) bad.push(`${run}: window ${tab.name} shows something else`)
      for (const key of tab.made) if (!keys.includes(key) && !tab.ended.has(key)) bad.push(`${run}: ${key} is lost`)
    }
    edits += keys.length
    conflicts += tabs.reduce((sum, tab) => sum + tab.conflicts.length, 0)
  }
  return { bad: bad.slice(0, 5), edits, conflicts }
}
