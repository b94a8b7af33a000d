// Sends orders through the official Segment client for Node, without a pause long enough to miss a kill, and waits
// for answers.
//
// node node_orders.mjs URL WRITE_KEY CALLS USERS
import { Analytics } from '@segment/analytics-node'
import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE = 10
const PATIENCE = 170_000

const [url, key, calls, users] = process.argv.slice(2)
const client = new Analytics({ writeKey: key, host: url, flushAt: 5, flushInterval: 50, maxRetries: 100 })
const givenUp = []
client.on('error', (error) => givenUp.push(error))
for (let call = 0; call < Number(calls); call++) {
  const properties = { revenue: 10, currency: 'RUB' }
  client.track({ userId: `user-${call % Number(users)}`, event: 'Order Completed', properties })
  await sleep(PAUSE)
}
await client.closeAndFlush({ timeout: PATIENCE })
for (const error of givenUp) console.error(error)
process.exit(givenUp.length ? 1 : 0)
