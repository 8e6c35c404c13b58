-- The load for wrk: the lines of a file, "HOST TARGET", one after the other and again, each with
-- 12 header lines beside Host. Prints "REQUESTS ERRORS" in the end; an answer that is not 200 is an
-- error.

local fields = {
  ["user-agent"] = "bench/1.0", accept = "application/json", ["accept-encoding"] = "gzip, br",
  ["accept-language"] = "en", ["cache-control"] = "no-cache", ["content-type"] = "application/json",
  ["x-request-id"] = "0123456789", ["x-forwarded-for"] = "192.0.2.1", ["x-forwarded-proto"] = "https",
  authorization = "Bearer abcdef", cookie = "session=0123456789", ["x-tenant"] = "tenant-000042",
}
local requests, at = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local host, target = line:match("(%S+) (%S+)")
    fields.Host = host
    requests[#requests + 1] = wrk.format("GET", target, fields)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary)
  local e = summary.errors
  io.write(summary.requests, " ", e.connect + e.read + e.write + e.status + e.timeout, "\n")
end
