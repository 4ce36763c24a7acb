// Copies the page that shows the interface (Swagger UI) into assistant/static, with its licence.
import { cpSync } from 'node:fs'

for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE', 'NOTICE']) {
  cpSync(`node_modules/swagger-ui-dist/${file}`, `../static/swagger/${file}`)
}
