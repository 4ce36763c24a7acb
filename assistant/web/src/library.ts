import LibraryPage from './pages/LibraryPage.vue'
import { start } from './start'

start(LibraryPage)
