// Requests to the server of this page, with the token of this run.
function token () {
  if (location.hash.length > 1) {
    sessionStorage.setItem('token', location.hash.slice(1))
    history.replaceState(null, '', location.pathname + location.search)
  }
  return sessionStorage.getItem('token') ?? ''
}
const TOKEN = token()
// Another address of this page that is entered in its window differs after the # alone, which loads nothing.
addEventListener('hashchange', () => { if (location.hash.length > 1) location.reload() })

// The address of this page with other parameters (null: without it); with the token, so that it opens in a new window too.
export function address (values) {
  const query = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(values)) value === null ? query.delete(name) : query.set(name, value)
  return `./?${query}#${TOKEN}`
}

// The address of the page with the questions about a document.
export const questionsOf = doc => `questions/?${new URLSearchParams({ doc })}#${TOKEN}`

async function ask (path, options = {}) {
  try {
    const response = await fetch(path, { ...options, headers: { 'content-type': 'application/json', 'x-redline-token': TOKEN } })
    const type = response.headers.get('content-type') ?? ''
    return { status: response.status, body: type.startsWith('application/json') ? await response.json() : null }
  } catch {
    return { status: 0, body: null }
  }
}

export const get = path => ask(path)
export const post = (path, value) => ask(path, { method: 'POST', body: JSON.stringify(value) })
