-- GETs of addresses drawn at random. Arguments: a file of addresses, a file of sessions or "-", "fresh" or "kept".
-- A session is a line: cookie, CSRF token, address of its browser. "fresh": another host every time, so that no kept page is sent.
dofile("report.lua")
local addresses, sessions, fresh = {}, {}, false
local counter = 0

function setup(thread)
  thread:set("number", counter)
  counter = counter + 1
end

function init(args)
  math.randomseed(os.time() * 16 + number)
  for line in io.lines(args[1]) do addresses[#addresses + 1] = line end
  if args[2] ~= "-" then
    for line in io.lines(args[2]) do sessions[#sessions + 1] = line:match("^[^\t]+") end
  end
  fresh = args[3] == "fresh"
end

function request()
  local headers = { ["Accept-Encoding"] = "gzip" }
  if fresh then headers["Host"] = "h" .. math.random(1, 1e9) .. ".example" end
  if #sessions > 0 then headers["Cookie"] = sessions[math.random(#sessions)] end
  return wrk.format("GET", addresses[math.random(#addresses)], headers)
end
