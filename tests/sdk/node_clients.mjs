// Makes calls through an official Node client and prints what it called, and when, as JSON.
//
// node node_clients.mjs CLIENT URL WRITE_KEY CALLS PAUSE_MS
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'

const require = createRequire(import.meta.url)
const FLUSH_AT = 5 // small, so that a short test makes many requests
const PATIENCE = 60_000

function segment(url, key) {
  const { Analytics } = require('@segment/analytics-node')
  const client = new Analytics({ writeKey: key, host: url, flushAt: FLUSH_AT, flushInterval: 50 })
  client.on('error', (error) => console.error(error))
  return { make: (type, fields) => void client[type](fields), finish: () => client.closeAndFlush({ timeout: PATIENCE }) }
}

function rudder(url, key) {
  const Analytics = require('@rudderstack/rudder-sdk-node')
  const settings = { dataPlaneUrl: url, flushAt: FLUSH_AT, flushInterval: 50, retryCount: 10, logLevel: 'error' }
  const client = new Analytics(key, settings)
  const sent = []
  const make = (type, fields) => sent.push(new Promise((resolve) => client[type](fields, resolve)))
  const finish = async () => {
    await client.flush()
    await Promise.all(sent)
  }
  return { make, finish }
}

function fields(mark) {
  const userId = `user-${mark % 7}`
  const marked = { mark }
  return [
    ['track', { userId, event: 'Заказ оформлен 😀', properties: { ...marked, revenue: 1234.56, empty: null } }],
    ['identify', { userId, traits: { ...marked, first_name: 'Иван' } }],
    ['page', { userId, category: 'shop', name: 'Корзина', properties: marked }],
    ['screen', { userId, name: 'Cart', properties: marked }],
    ['group', { userId, groupId: `company-${mark}`, traits: marked }],
    ['alias', { previousId: `old-${mark}`, userId }],
  ][mark % 6]
}

const [name, url, key, calls, pause] = process.argv.slice(2)
const client = { 'segment-node': segment, 'rudder-node': rudder }[name](url, key)
const made = {}
for (let mark = 0; mark < Number(calls); mark++) {
  made[mark] = Date.now()
  client.make(...fields(mark))
  await sleep(Number(pause))
}
await client.finish()
process.stdout.write(JSON.stringify(made), () => process.exit(0))
