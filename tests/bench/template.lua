-- wrk: posts the file named by TEMPLATE, each @ID@ (16 hexadecimal digits) and \1RAWID!\1 (8 bytes) replaced by a number used once.
local pieces, kinds = {}, {}
local next_id = tonumber(os.getenv("FIRST_ID"))

function init()
  local file = assert(io.open(os.getenv("TEMPLATE"), "rb"))
  local text = file:read("*a")
  file:close()
  local at = 1
  while true do
    local hex, raw = text:find("@ID@", at, true), text:find("\1RAWID!\1", at, true)
    local place = hex and raw and math.min(hex, raw) or hex or raw
    if not place then break end
    pieces[#pieces + 1] = text:sub(at, place - 1)
    kinds[#kinds + 1] = place == hex and "hex" or "raw"
    at = place + (place == hex and 4 or 8)
  end
  pieces[#pieces + 1] = text:sub(at)
end

local function raw(number)
  local bytes = {}
  for i = 8, 1, -1 do
    bytes[i] = string.char(number % 256)
    number = math.floor(number / 256)
  end
  return table.concat(bytes)
end

function request()
  local body = {pieces[1]}
  for i, kind in ipairs(kinds) do
    next_id = next_id + 1
    body[#body + 1] = kind == "hex" and string.format("%016x", next_id) or raw(next_id)
    body[#body + 1] = pieces[i + 1]
  end
  return wrk.format("POST", nil, {["Content-Type"] = os.getenv("CONTENT_TYPE")}, table.concat(body))
end
