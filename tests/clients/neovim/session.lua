-- Drives a Neovim as a person does, key by key, and prints what they see. It runs in a Neovim of its own,
-- so that the driven one is never waited for from within.

local DEADLINE = 30000
local url = vim.env.SERVER_URL
local settings = vim.env.HOME .. "/.config/Code/User/settings.json"

local driven = vim.fn.jobstart({ "nvim", "--embed", "--headless", "-i", "NONE", "-n", settings }, { rpc = true })

local function say(text)
  text = text:gsub(vim.pesc(url), "URL"):gsub(vim.pesc(vim.env.SERVER_TOKEN), "TOKEN")
  text = text:gsub(vim.pesc(vim.env.HOME), "~"):gsub("%d+L, %d+B", "..."):gsub("said [^.]- ago", "said ... ago")
  io.stdout:write(text, "\n")
end

local function keys(text)
  vim.rpcrequest(driven, "nvim_input", text)
end

-- What Lua returns in the driven Neovim.
local function ask(code, ...)
  return vim.rpcrequest(driven, "nvim_exec_lua", code, { ... })
end

local function messages()
  return vim.trim(ask("return vim.fn.execute('messages')"))
end

local function buffer()
  return ask("return vim.api.nvim_buf_get_lines(1, 0, -1, false)")
end

local function title(text)
  say("\n=== " .. text)
end

local function show_buffer()
  for _, line in ipairs(buffer()) do
    say("| " .. line)
  end
end

-- Waits until it holds; else says how things are and ends.
local function wait(what, holds)
  if not vim.wait(DEADLINE, holds, 10) then
    local found = vim.inspect(ask("return vim.diagnostic.get(1)"))
    io.stderr:write("in vain for ", what, "\n", messages(), "\n", table.concat(buffer(), "\n"), "\n", found, "\n")
    local log = io.open(ask("return vim.lsp.get_log_path()"))
    io.stderr:write(log and log:read("a") or "", "\n")
    vim.cmd("cquit 1")
  end
end

local function diagnostics()
  return ask("return vim.diagnostic.get(1)")
end

-- Waits until these rules, in the order of the buffer, are what is marked.
local function show_diagnostics(...)
  local rules = table.concat({ ... }, " ")
  local found
  wait("diagnostics: " .. rules, function()
    found = diagnostics()
    table.sort(found, function(a, b) return a.lnum < b.lnum end)
    return table.concat(vim.tbl_map(function(each) return each.code end, found), " ") == rules
  end)
  for _, each in ipairs(found) do
    local severity = vim.diagnostic.severity[each.severity]
    say(("%d:%d %s %s: %s"):format(each.lnum + 1, each.col + 1, severity, each.code, each.message))
  end
  if #found == 0 then
    say("nothing is marked")
  end
end

-- Types a command, and waits for its message.
local function run(command)
  title(command)
  ask("vim.cmd('messages clear')")
  keys(command .. "<CR>")
  wait("a message", function() return messages():find("ELITEA: ", 1, true) end)
  say(messages())
end

-- A person's way to choose from a list: what is offered is kept, and the one that begins so is taken.
local function choose(beginning)
  ask([[
    local beginning = ...
    vim.ui.select = function(items, options, chosen)
      _G.menu = vim.tbl_map(options.format_item, items)
      for index, item in ipairs(items) do
        if vim.startswith(_G.menu[index], beginning) then return chosen(item, index) end
      end
    end
  ]], beginning)
end

title("open settings.json")
show_buffer()
show_diagnostics("file-malformed", "setting-type")

title("gra, on the line of the fault")
choose("Put in the missing comma")
keys(":3<CR>gra")
wait("the menu", function() return ask("return _G.menu ~= nil") end)
for _, item in ipairs(ask("return _G.menu")) do
  say("* " .. item)
end
wait("the comma", function() return buffer()[3]:match(",$") end)
show_buffer()
show_diagnostics("setting-type")
keys(":write<CR>")
wait("the file", function() return not ask("return vim.bo[1].modified") end)

title("CTRL-X CTRL-O, in the name of the model")
keys('/LLMModelName<CR>f:f"a')
local items
wait("the menu", function()
  -- As long as the server has not listed its models there is none.
  keys("<C-x><C-o>")
  return vim.wait(2000, function()
    items = ask("return vim.fn.complete_info({ 'items' }).items")
    return #items > 0
  end, 10)
end)
for _, item in ipairs(items) do
  say(("* %s | %s | %s"):format(item.abbr, item.kind, item.menu))
  for line in vim.gsplit(item.info, "\n") do
    say("    " .. line)
  end
end
keys("<C-n><C-n><C-y><Esc>")
wait("the name", function() return not buffer()[5]:match('""') end)
show_buffer()
show_diagnostics("setting-type")
keys(":write<CR>")
wait("the file", function() return not ask("return vim.bo[1].modified") end)

title("K, on the name of the model")
keys("K")
local hover
wait("the window", function()
  hover = ask([[
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        return vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
      end
    end
    return {}
  ]])
  return #hover > 0
end)
for _, line in ipairs(hover) do
  say("| " .. line)
end

title(":Elitea, and the tabulator")
say(table.concat(ask("return vim.fn.getcompletion('Elitea ', 'cmdline')"), " "))

run(":Elitea plan")
run(":Elitea apply")
wait("the new text", function() return #buffer() > 7 end)
show_buffer()

run(":Elitea undo")
wait("the old text", function() return #buffer() < 7 end)
show_buffer()

run(":Elitea undo")
run(':Elitea select {"model": "claude-sonnet-4-5"}')
run(":Elitea status")
run(":Elitea doctor")
run(":Elitea nonsense")

title(":quit")
keys(":quitall<CR>")
local code = vim.fn.jobwait({ driven }, DEADLINE)[1]
say("Neovim ends with " .. code)
vim.cmd("cquit " .. code)
