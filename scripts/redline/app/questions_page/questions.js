// Starts the page on which the questions about each sentence of a document are asked.
import { $ } from './dom.js'
import { Answering, begun } from './answering.js'
import { Asking } from './asking.js'
import { guidelines, said, show } from './show.js'
import { share } from './server.js'

const doc = new URLSearchParams(location.search).get('doc') ?? ''
const path = `/api/questions/${encodeURIComponent(doc)}`
const start = await begun(path)
if (start) {
  share(start.home)
  const asking = new Asking(start)
  $('.name').textContent = `${start.title} · ${start.rater}`
  guidelines(start)
  new Answering(asking, { path, channel: `redline/questions/${start.rater}/${doc}`, said, draw: state => show(asking, start, state) }).start()
}
