import ReportPage from './pages/ReportPage.vue'
import { start } from './start'

start(ReportPage)
