-- GET requests of addresses drawn at random.
-- Arguments: a file of addresses, a file of sessions or "-", "new-hosts" or "one-host".
-- A session is a line: cookie, CSRF token, address of the browser.
-- "new-hosts": another Host header with each request, so that the page cache never has the page.
dofile("report.lua")
local addresses, sessions, new_hosts = {}, {}, false
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
  new_hosts = args[3] == "new-hosts"
end

function request()
  local headers = { ["Accept-Encoding"] = "gzip" }
  if new_hosts then headers["Host"] = "h" .. math.random(1, 1e9) .. ".example" end
  if #sessions > 0 then headers["Cookie"] = sessions[math.random(#sessions)] end
  return wrk.format("GET", addresses[math.random(#addresses)], headers)
end
