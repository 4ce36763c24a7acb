import DeskPage from './pages/DeskPage.vue'
import { start } from './start'

start(DeskPage)
