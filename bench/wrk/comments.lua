-- Comments of members, sent one after another.
-- Arguments: a file of sessions (as in pages.lua), a file of addresses to post to,
-- the beginning of the names of the files that record every response, a word that no other run has.
dofile("report.lua")
local sessions, addresses = {}, {}
local counter, last, responses, run = 0, 0, nil, ""
-- A few Korean words.
local TEXT = "%EB%8A%90%ED%8B%B0%EB%82%98%EB%AC%B4+%EC%95%84%EB%9E%98%EC%84%9C+%EB%A7%8C%EB%82%98%EC%9A%94+"

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
  last = math.floor(#sessions / 2) * number
  responses = io.open(args[3] .. number, "w")
  responses:setvbuf("no")
  run = args[4]
end

function request()
  last = last % #sessions + 1
  local cookie, token, address = unpack(sessions[last])
  local key = string.format("%s-%d-%d-%d", run, number, last, math.random(1, 1e9))
  local headers = {
    ["Cookie"] = cookie,
    ["X-Forwarded-For"] = address,
    ["Content-Type"] = "application/x-www-form-urlencoded",
  }
  local body = "csrf_token=" .. token .. "&idempotency_key=" .. key
    .. "&parent_id=&body=" .. TEXT .. math.random(1, 1e6)
  return wrk.format("POST", addresses[math.random(#addresses)], headers, body)
end

function response(status, headers, body)
  responses:write(status .. " " .. (headers["Location"] or headers["location"] or "") .. "\n")
end
