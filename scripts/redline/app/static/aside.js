// Edits that the server refuses go into a file of the person's, so that the page can go on without them and nothing is lost.
import { button, el } from './dom.js'
import { session } from './session.js'

export function aside () {
  const { queue, keep } = session.store
  return into(queue, 'Put $ into a file and go on without', () => keep.put([]))
}

// The same for edits of windows that are gone, which are about another text than the present one.
export function strange () {
  const { keep } = session.store
  return into(keep.strange.flatMap(each => each.edits), 'Put $ into a file', () => keep.forget(keep.strange.map(each => each.key)))
}

function into (edits, text, forget) {
  const node = button('', text.replace('$', edits.length === 1 ? 'the edit' : `${edits.length} edits`), async () => {
    download(`refused-${session.store.doc}.json`, JSON.stringify(edits, null, 1))
    await forget()
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
