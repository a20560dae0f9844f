// What is not saved yet waits in IndexedDB: by rater of a project, document and window, with the text that it is about. A window that is
// gone leaves its edits to the next. Some browsers refuse to store anything, for example in private windows or on a full disk. Then `broken`
// is true, and what is not saved is in the window alone.
const NAME = 'redline'

function open () {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1)
    request.onupgradeneeded = () => request.result.createObjectStore('queues')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function run (mode, act) {
  const database = await open()
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction('queues', mode, { durability: 'strict' })
      const request = act(transaction.objectStore('queues'))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onerror = transaction.onabort = () => reject(transaction.error)
    })
  } finally { database.close() }
}

export class Keep {
  constructor (home, doc, tab, text = '') {
    this.prefix = `${home}/${doc}/`
    this.tab = tab
    this.text = text
    this.strange = []
    this.broken = false
    // The lock lasts as long as the window does.
    navigator.locks.request(`${this.prefix}${tab}`, () => new Promise(() => {}))
  }

  // The result of a request, or nothing where the browser refuses it.
  async run (mode, act) {
    try { return await run(mode, act) } catch { this.broken = true }
  }

  async put (edits) {
    const key = this.prefix + this.tab
    const stored = await this.run('readwrite', store => edits.length ? store.put({ text: this.text, edits }, key) : store.delete(key))
    if (stored) this.broken = false
  }

  // Gives the edits of each window that is gone to `take`, which puts them among those of this one; those of a window that is
  // still there once it goes. Edits of another text stay where they are: `strange` lists them with their keys.
  async adopt (take) {
    const keys = (await this.run('readonly', store => store.getAllKeys()) ?? []).filter(key => key.startsWith(this.prefix) && key !== this.prefix + this.tab)
    for (const key of keys) {
      const move = async () => {
        const found = await this.run('readonly', store => store.get(key))
        if (found && found.text !== this.text) return this.strange.push({ key, edits: found.edits })
        if (found) await take(found.edits)
        await this.run('readwrite', store => store.delete(key))
      }
      const open = await navigator.locks.request(key, { ifAvailable: true }, async lock => lock ? (await move(), false) : true)
      if (open) navigator.locks.request(key, move)
    }
  }

  async forget (keys) {
    for (const key of keys) await this.run('readwrite', store => store.delete(key))
    this.strange = this.strange.filter(each => !keys.includes(each.key))
  }
}
