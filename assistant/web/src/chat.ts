import ChatPage from './pages/ChatPage.vue'
import { start } from './start'

start(ChatPage)
