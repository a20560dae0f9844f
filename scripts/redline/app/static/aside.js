// Edits that the server refuses go into a file of the person's, so that the page can go on without them and nothing is lost.
import { button, el } from './dom.js'
import { session } from './session.js'

export function aside () {
  const { doc, queue } = session.store
  const node = button('', `Put the ${queue.length === 1 ? 'edit' : `${queue.length} edits`} into a file and go on without`, async () => {
    download(`refused-${doc}.json`, JSON.stringify(queue, null, 1))
    await session.store.keep.put([])
    location.reload()
  })
  node.tabIndex = 0
  return node
}

function download (name, text) {
  const link = el('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = name
  link.click()
}
