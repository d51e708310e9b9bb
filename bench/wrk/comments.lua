-- Comments of members, one after another. Arguments: a file of sessions (as in pages.lua), a file of comment forms' addresses,
-- the beginning of the name of the files that take down every comment the server said is kept, a word that is in no other run.
dofile("report.lua")
local sessions, addresses = {}, {}
local counter, turn, acknowledged, run = 0, 0, nil, ""
local COMMENT = "%EB%8A%90%ED%8B%B0%EB%82%98%EB%AC%B4+%EC%95%84%EB%9E%98%EC%84%9C+%EB%A7%8C%EB%82%98%EC%9A%94+" -- a few Korean words

function setup(thread)
  thread:set("number", counter)
  counter = counter + 1
end

function init(args)
  math.randomseed(os.time() * 16 + number)
  for line in io.lines(args[1]) do
    local cookie, token, address = line:match("^([^\t]+)\t([^\t]+)\t([^\t]+)$")
    sessions[#sessions + 1] = { cookie, token, address }
  end
  for line in io.lines(args[2]) do addresses[#addresses + 1] = line end
  turn = math.floor(#sessions / 2) * number
  acknowledged = io.open(args[3] .. number, "w")
  acknowledged:setvbuf("no")
  run = args[4]
end

function request()
  turn = turn % #sessions + 1
  local cookie, token, address = unpack(sessions[turn])
  local once = string.format("%s-%d-%d-%d", run, number, turn, math.random(1, 1e9))
  local headers = { ["Cookie"] = cookie, ["X-Forwarded-For"] = address, ["Content-Type"] = "application/x-www-form-urlencoded" }
  local body = "csrf_token=" .. token .. "&once=" .. once .. "&parent_id=&body=" .. COMMENT .. math.random(1, 1e6)
  return wrk.format("POST", addresses[math.random(#addresses)], headers, body)
end

function response(status, headers, body)
  if status == 303 then
    acknowledged:write((headers["Location"] or headers["location"] or "?") .. "\n")
  else
    acknowledged:write("refused " .. status .. "\n")
  end
end
