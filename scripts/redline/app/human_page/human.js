// Starts the page on which a person checks sentences.
import { $ } from './dom.js'
import { Answering, begun } from './answering.js'
import { Asking } from './asking.js'
import { definitions, said, show } from './show.js'

const start = await begun('/api/start')
if (start) {
  const asking = new Asking(start.words, start.answers, Object.entries(start.acts))
  $('.name').textContent = start.name
  definitions(start)
  new Answering(asking, {
    path: '/api/answers',
    channel: `redline/human-check/${start.name}`,
    said: answer => said(answer, start.acts),
    draw: state => show(asking, start, state)
  }).start()
}
