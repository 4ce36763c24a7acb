// The look of the widget; adopted by its shadow root, so that the host page's policy on styles
// needs no exception.
export const LOOK = `
:host { all: initial; position: fixed; right: 1rem; bottom: 1rem; z-index: 2147483000; font: 16px/1.65 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif; color: #1a2330; }
* { box-sizing: border-box; font: inherit; }
button, a.go { cursor: pointer; min-height: 44px; padding: .3rem 1.1rem; border-radius: 6px; border: 1.5px solid #0b4a8f; background: #0b4a8f; color: #fff; font-weight: 600; }
button:hover { background: #07356a; }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
.opener { border-radius: 2rem; box-shadow: 0 4px 16px #1a233055; padding-inline: 1.4rem; }
.panel { width: min(24rem, calc(100vw - 2rem)); max-height: min(36rem, calc(100vh - 2rem)); display: flex; flex-direction: column; background: #fff; border: 1px solid #c3ccd8; border-radius: 10px; box-shadow: 0 8px 40px #1a233055; overflow: hidden; }
.panel[hidden], .opener[hidden] { display: none; }
.head { display: flex; justify-content: space-between; align-items: center; background: #0b4a8f; color: #fff; padding: .3rem .5rem .3rem 1rem; border-bottom: 3px solid #c8102e; }
h2 { margin: 0; font-size: 1.1rem; font-weight: 700; letter-spacing: .06em; }
.head button { background: none; border-color: transparent; }
.log { flex: 1; overflow-y: auto; padding: .8rem 1rem; min-height: 4rem; }
.asked { background: #eaf1f9; border-radius: 8px 8px 2px 8px; padding: .35rem .8rem; margin: 0 0 .5rem auto; width: fit-content; max-width: 90%; }
.value { font-size: 2.1rem; font-weight: 700; color: #0b4a8f; margin: 0; line-height: 1.2; }
.value small { font-size: 1rem; margin-left: .3rem; }
.said { white-space: pre-line; margin: 0 0 .5rem; overflow-wrap: anywhere; }
.choices, ol { margin: 0 0 .5rem; padding: 0; list-style: none; }
ol { font-size: .88rem; color: #4b5768; }
.choices button { background: #fff; color: #0b4a8f; border: 1px solid #c3ccd8; border-radius: 1.4rem; margin: 0 .3rem .3rem 0; font-weight: 500; text-align: left; }
a { color: #0b4a8f; }
.origin { font-size: .8rem; color: #4b5768; margin: 0 0 1rem; }
.error { color: #a3231a; }
form { padding: .7rem 1rem; border-top: 1px solid #c3ccd8; }
label { display: block; font-weight: 600; margin-bottom: .2rem; }
.row { display: flex; gap: .5rem; }
input { flex: 1; min-width: 0; min-height: 44px; padding: .3rem .7rem; border: 1.5px solid #6b7a8f; border-radius: 6px; background: #fff; color: inherit; }
`
