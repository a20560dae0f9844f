// What is not saved yet waits in IndexedDB: by rater, document and window. A window that is gone leaves its edits to the next.
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
  constructor (rater, doc, tab) {
    this.prefix = `${rater}/${doc}/`
    this.tab = tab
    // The lock lasts as long as the window does.
    navigator.locks.request(`${this.prefix}${tab}`, () => new Promise(() => {}))
  }

  put (edits) { return run('readwrite', store => edits.length ? store.put(edits, this.prefix + this.tab) : store.delete(this.prefix + this.tab)) }

  // Gives the edits of each window that is gone to `take`, which puts them among those of this one; those of a window that is
  // still there once it goes.
  async adopt (take) {
    const keys = (await run('readonly', store => store.getAllKeys())).filter(key => key.startsWith(this.prefix) && key !== this.prefix + this.tab)
    for (const key of keys) {
      const move = async () => {
        const edits = await run('readonly', store => store.get(key))
        if (edits) await take(edits)
        await run('readwrite', store => store.delete(key))
      }
      const open = await navigator.locks.request(key, { ifAvailable: true }, async lock => lock ? move() : true)
      if (open) navigator.locks.request(key, move)
    }
  }
}
