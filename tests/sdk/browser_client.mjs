// Makes calls through the official browser client in a real Chromium and prints what it called, and when, as JSON.
//
// node browser_client.mjs CHROMIUM PAGE_URL CALLS PAUSE_MS
// It keeps the page open until its standard input ends: a browser sends and repeats on its own time.
import { chromium } from 'playwright-core'

const [executablePath, url, calls, pause] = process.argv.slice(2)
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--ignore-certificate-errors'] })
const page = await browser.newPage({ ignoreHTTPSErrors: true })
page.on('console', (message) => console.error(message.text()))
page.on('pageerror', (error) => console.error(error))
await page.goto(url)
const made = await page.evaluate(
  async ({ calls, pause }) => {
    const made = {}
    for (let mark = 0; mark < calls; mark++) {
      made[mark] = Date.now()
      const marked = { mark }
      const make = [
        () => analytics.track('Заказ оформлен 😀', { ...marked, revenue: 1234.56, empty: null }),
        () => analytics.identify(`user-${mark % 7}`, { ...marked, first_name: 'Иван' }),
        () => analytics.page('shop', 'Корзина', marked),
        () => analytics.screen('shop', 'Cart', marked),
        () => analytics.group(`company-${mark}`, marked),
        () => analytics.alias(`user-${mark % 7}`, `old-${mark}`),
      ][mark % 6]
      make()
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
    return made
  },
  { calls: Number(calls), pause: Number(pause) },
)
process.stdout.write(JSON.stringify(made) + '\n')
process.stdin.resume()
await new Promise((resolve) => process.stdin.on('end', resolve))
await browser.close()
process.exit(0)
