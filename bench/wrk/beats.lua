-- Beats of open tabs: so many browsers, each from an address of its own, take turns. Arguments: how many, addresses of articles, a word for the run.
dofile("report.lua")
local addresses, browsers, run = {}, 1000, ""
local counter, turn = 0, 0

function setup(thread)
  thread:set("number", counter)
  counter = counter + 1
end

function init(args)
  browsers = tonumber(args[1])
  for line in io.lines(args[2]) do addresses[#addresses + 1] = line end
  run = args[3]
end

function request()
  turn = turn % browsers + 1
  local address = addresses[turn % #addresses + 1]
  local body = "visitor=" .. run .. "." .. number .. "." .. turn .. "&day=&previous=&query=&referrer=&path=" .. address .. "&post=" .. address:match("%d+")
  local headers = {
    ["X-Forwarded-For"] = string.format("10.%d.%d.%d", number, math.floor(turn / 250), turn % 250 + 1),
    ["User-Agent"] = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36",
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["Accept-Language"] = "ko-KR",
  }
  return wrk.format("POST", "/visitors/beat", headers, body)
end
